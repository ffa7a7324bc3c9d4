"""The configuration of one installation, read from `aftermath.yaml`."""

from worker.config.file import ConfigError, load_config
from worker.config.settings import AppSettings, Config, LimitOverrides, TrackerSettings

__all__ = ["AppSettings", "Config", "ConfigError", "LimitOverrides", "TrackerSettings", "load_config"]
