"""An export's folder kept in a bucket too, so that another machine goes on when this one is gone.

Nothing in the bucket is written over while somebody may need it. Each round uploads what is new
under names of its own, then one conditional put of ``mirror.json`` names for every file the object
that holds it. Whoever is killed before that put leaves the round before, whole; whoever lost the
bucket to another exporter has that put refused. At the finish the objects get the files' names.
"""

from intercom_async.export.mirror.bucket import MirrorFailed, MirrorLocked, MirrorMismatch
from intercom_async.export.mirror.mirror import Mirror

__all__ = ["Mirror", "MirrorFailed", "MirrorLocked", "MirrorMismatch"]
