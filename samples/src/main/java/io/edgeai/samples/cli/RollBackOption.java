package io.edgeai.samples.cli;

import io.edgeai.EdgeAI;
import picocli.CommandLine.Option;

/** The option that lets the monitor's advice roll versions back. */
final class RollBackOption {
    @Option(
            names = "--roll-back",
            paramLabel = "WHEN",
            description =
                    "What becomes of a version that the monitor advises to roll back, since another one does better:"
                            + " advised, it is, at most once an hour and three times in a day; noted, the registry's audit says that"
                            + " it would be; never (default: never).")
    private When when = When.NEVER;

    private enum When {
        ADVISED,
        NOTED,
        NEVER
    }

    void set(EdgeAI.Builder builder) {
        if (when != When.NEVER) {
            builder.reactions(reactions -> {
                reactions.rollBack();
                if (when == When.NOTED) {
                    reactions.dryRun();
                }
            });
        }
    }
}
