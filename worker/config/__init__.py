"""The configuration of one installation, read from `aftermath.yaml`."""

from worker.config.file import ConfigError, load_config
from worker.config.openings import Opening
from worker.config.settings import AppSettings, Config, LimitOverrides, TrackerSettings

__all__ = ["AppSettings", "Config", "ConfigError", "LimitOverrides", "Opening", "TrackerSettings", "load_config"]
