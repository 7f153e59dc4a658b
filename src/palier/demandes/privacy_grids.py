"""Who reads what a grid gives over the whole stock, and what was tried of one: counts, no person in them."""

from palier.privacy.catalogue import ALLOCATION
from palier.privacy.declare import Batch, Read, Role, Scope, TableAccess, Verb, Write

# What an applicant is told of all the others.
FIGURES = TableAccess(
    table="demandes_scorefigure",
    reads=(Read(by=(*ALLOCATION, Role.TENANT, Role.APPLICANT, Batch.ALLOCATION), scope=Scope.ALL),),
    writes=(Write(by=(Batch.ALLOCATION,), verbs=(Verb.INSERT, Verb.DELETE), scope=Scope.ALL),),
)

# Grids tried by the secretary, their figures written by the job: nobody's row.
TRIALS = (
    TableAccess(
        table="demandes_gridtrial",
        reads=(Read(by=(Role.COMMISSION_SECRETARY, Batch.ALLOCATION), scope=Scope.ALL),),
        writes=(
            Write(
                by=(Role.COMMISSION_SECRETARY,),
                verbs=(Verb.INSERT,),
                scope=Scope.MY_OWN_WORK,
                column="asked_by_id",
            ),
            Write(
                by=(Batch.ALLOCATION,),
                verbs=(Verb.UPDATE,),
                scope=Scope.ALL,
                columns=("done_at", "before_version", "applications", "winners", "losers", "unchanged"),
            ),
        ),
    ),
    *(
        TableAccess(
            table=table,
            reads=(Read(by=(Role.COMMISSION_SECRETARY, Batch.ALLOCATION), scope=Scope.ALL),),
            writes=(Write(by=(Batch.ALLOCATION,), verbs=(Verb.INSERT, Verb.DELETE), scope=Scope.ALL),),
        )
        for table in ("demandes_gridtrialgroup", "demandes_gridtrialband")
    ),
)
