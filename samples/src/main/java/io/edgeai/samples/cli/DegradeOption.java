package io.edgeai.samples.cli;

import io.edgeai.Serving;
import io.edgeai.core.model.HealthLevel;
import picocli.CommandLine.Option;

/** The option that says from which health on the registry calls the active version degraded. */
final class DegradeOption {
    @Option(
            names = "--degrade",
            paramLabel = "LEVEL",
            description = "The health at which the registry notes that the active version is degraded, with the reason:"
                    + " poor (below 60 points), fair (below 85) or never; ten minutes of good health take it back"
                    + " (default: poor).")
    private Level level = Level.POOR;

    private enum Level {
        POOR,
        FAIR,
        NEVER
    }

    void set(Serving serving) {
        if (level != Level.NEVER) {
            serving.degradeAt(level == Level.POOR ? HealthLevel.POOR : HealthLevel.FAIR);
        }
    }
}
