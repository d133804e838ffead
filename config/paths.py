"""Where things lie: the checkout, its environment, and the data folder that git ignores. Standard library only."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
DATA = Path(os.environ.get("TEND_DATA_DIR") or ROOT / ".data").absolute()
LOGS = DATA / "log"
