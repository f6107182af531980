package io.edgeai.samples.cli;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.federated.data.LabelledSet;
import io.edgeai.federated.simulation.FederatedSimulation;
import io.edgeai.samples.data.DataLimits;
import io.edgeai.samples.labelled.LabelledFiles;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a coordinator evaluates the model on, where its description names no data. */
final class TestSetOptions {
    @Option(
            names = "--test",
            paramLabel = "FILE",
            description = "Evaluates on these samples, a file as of 'participant --data' (default: the test set of"
                    + " CONFIG.json's data, if it has one).")
    private @Nullable Path test;

    @Option(names = "--test-label", paramLabel = "NAME", description = "The CSV's column of labels (default: label).")
    private @Nullable String label;

    @Option(names = "--test-labels", paramLabel = "FILE", description = "The labels of an array's samples.")
    private @Nullable Path labels;

    /** Null where none is given. */
    @Nullable
    LabelledSet read(FederatedSimulation federation) {
        if (test != null) {
            return federation.prepared(LabelledFiles.read(test, label, labels, federation.shape(), DataLimits.DEFAULT));
        }
        if (label != null || labels != null) {
            throw new InvalidInputException("Options --test-label (" + label + ") and --test-labels (" + labels
                    + ") are of --test. Maybe give --test FILE.");
        }
        return null;
    }
}
