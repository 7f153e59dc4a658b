"""What is done to applications: one public function is one use case."""

from palier.demandes.operations.life import note_interview, radiate, reactivate, record_answer, renew, warn

__all__ = ["note_interview", "radiate", "reactivate", "record_answer", "renew", "warn"]
