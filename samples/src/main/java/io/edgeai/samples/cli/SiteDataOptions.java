package io.edgeai.samples.cli;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.federated.data.ParticipantData;
import io.edgeai.federated.simulation.FederatedSimulation;
import io.edgeai.samples.data.DataLimits;
import io.edgeai.samples.labelled.LabelledFiles;
import io.edgeai.samples.terminal.Terminal;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The data that a participant brings itself. */
final class SiteDataOptions {
    @Option(
            names = "--data",
            paramLabel = "FILE",
            description = "Trains on this site's own data: a CSV with a header and a column of labels, or .npy or IDX"
                    + " with --labels (default: the part of CONFIG.json's data that --name names).")
    private @Nullable Path data;

    @Option(names = "--label", paramLabel = "NAME", description = "The CSV's column of labels (default: label).")
    private @Nullable String label;

    @Option(names = "--labels", paramLabel = "FILE", description = "The labels of an array's samples, as .npy or IDX.")
    private @Nullable Path labels;

    @Option(
            names = "--hold-out",
            paramLabel = "SHARE",
            description = "Of each class, to evaluate on instead of to train on (default: 0.2).")
    private @Nullable Double holdOut;

    @Option(names = "--split-seed", paramLabel = "N", description = "Draws what is held out (default: 1).")
    private @Nullable Long seed;

    /** This site's samples in two parts; null where it brings none. */
    @Nullable
    ParticipantData read(String name, FederatedSimulation federation, Terminal terminal) {
        if (data == null) {
            if (label != null || labels != null || holdOut != null || seed != null) {
                throw new InvalidInputException(
                        "Options --label (" + label + "), --labels (" + labels + "), --hold-out (" + holdOut
                                + ") and --split-seed (" + seed + ") are of --data. Maybe give --data FILE.");
            }
            return null;
        }
        ParticipantData own = ParticipantData.split(
                name,
                LabelledFiles.read(data, label, labels, federation.shape(), DataLimits.DEFAULT),
                holdOut == null ? 0.2 : holdOut,
                seed == null ? 1 : seed);
        terminal.notice("participant (" + name + ") trains on " + own.train().size() + " samples of (" + data
                + ") and keeps " + own.test().size()
                + " to evaluate on; none leaves: what does is what it learned, and how many samples it trains on");
        return own;
    }
}
