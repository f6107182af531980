package io.edgeai.samples.cli;

import io.edgeai.federated.RoundRules;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** When a coordinator's rounds begin, end and count, where the description does not say so or is to be overruled. */
final class RuleOptions {
    private static final Duration USUAL_WAIT = Duration.ofMinutes(10);

    @Option(
            names = "--minimum",
            paramLabel = "N",
            description = "Updates without which a round fails (default: that of CONFIG.json's 'rules', else 1).")
    private @Nullable Integer minimum;

    @Option(
            names = "--goal",
            paramLabel = "N",
            description = "Updates that end a round (default: that of 'rules', else all selected).")
    private @Nullable Integer goal;

    @Option(
            names = "--wait",
            paramLabel = "S",
            description = "Seconds to wait for participants, or without rounds for a usable update (default: that of"
                    + " 'rules', else 600).")
    private @Nullable Integer wait;

    @Option(
            names = "--window",
            paramLabel = "S",
            description = "Seconds to wait for updates; 0 for ever (default: that of 'rules', else 0).")
    private @Nullable Integer window;

    @Option(
            names = "--pace",
            paramLabel = "S",
            description = "Seconds from one round to the next (default: that of 'rules', else 0).")
    private @Nullable Integer pace;

    /** The description's rules with what is given here in their place. */
    RoundRules over(RoundRules described) {
        return new RoundRules(
                minimum == null ? described.minimumReports() : minimum,
                goal == null ? described.goal() : goal,
                patience(described),
                window == null ? described.reportingWindow() : Duration.ofSeconds(window),
                pace == null ? described.pace() : Duration.ofSeconds(pace),
                described.maximumNorm(),
                described.inSelectionOrder());
    }

    /** How long to wait for participants; ten minutes where nobody says so. */
    Duration patience(RoundRules described) {
        if (wait != null) {
            return Duration.ofSeconds(wait);
        }
        return described.selectionWindow().isZero() ? USUAL_WAIT : described.selectionWindow();
    }
}
