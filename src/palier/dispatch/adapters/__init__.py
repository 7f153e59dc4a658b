"""One file an outside world, behind the one interface of `palier.dispatch.channels`."""
