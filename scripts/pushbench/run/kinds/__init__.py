"""How each kind of scenario is run. A new kind is one module and one row here."""

from pushbench.run.kinds.capacity import capacity
from pushbench.run.kinds.duet.conduct import run_duet
from pushbench.run.kinds.intake import intake
from pushbench.run.kinds.load import flood, load
from pushbench.run.kinds.scale.conduct import run_scale
from pushbench.run.kinds.second_meter import second_meter

KINDS = {"load": load, "idle": load, "capacity": capacity, "wrk": second_meter, "flood": flood, "scale": run_scale,
         "duet": run_duet, "intake": intake}
