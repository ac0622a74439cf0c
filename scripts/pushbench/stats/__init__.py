"""The statistics, without any knowledge of transports."""
