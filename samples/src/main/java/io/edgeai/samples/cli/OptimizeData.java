package io.edgeai.samples.cli;

import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Tensor;
import io.edgeai.optimize.data.CalibrationData;
import io.edgeai.optimize.data.LabelledData;
import io.edgeai.samples.data.CsvTable;
import io.edgeai.samples.data.DataLimits;
import io.edgeai.samples.data.Normalization;
import io.edgeai.samples.inference.InputData;
import io.edgeai.samples.inference.SampleFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of {@code optimize} that name data, and what is read from them. */
final class OptimizeData {
    private static final int CALIBRATION_SAMPLES = 64;

    @Option(
            names = "--calibration",
            arity = "1..*",
            paramLabel = "[NAME=]FILE",
            description = "Typical inputs without labels, of which 64 are used.")
    private List<String> calibration = new ArrayList<>();

    @Option(names = "--labels", paramLabel = "FILE", description = "The right class of each sample, from 0 on.")
    private @Nullable Path labels;

    @Option(
            names = "--samples",
            arity = "1..*",
            paramLabel = "[NAME=]FILE",
            description = "The samples that the labels belong to (default: those of --calibration).")
    private List<String> samples = new ArrayList<>();

    @Option(
            names = "--normalize",
            paramLabel = "SPEC",
            description = "For byte images: scale=1/255,mean=a:b:c,std=a:b:c.")
    private @Nullable String normalize;

    @Option(
            names = "--limit",
            paramLabel = "N",
            description = "Most samples taken of a file, evenly spaced; files of --train are taken whole.")
    private int limit = Integer.MAX_VALUE;

    boolean calibrates() {
        return !calibration.isEmpty();
    }

    boolean labelled() {
        return labels != null;
    }

    void check(List<String> problems) {
        if (labels != null && samples.isEmpty() && calibration.isEmpty()) {
            problems.add("--labels (" + labels + ") needs --samples FILE");
        }
        if (labels == null && !samples.isEmpty()) {
            problems.add("--samples " + samples + " needs --labels FILE");
        }
        if (limit < 1) {
            problems.add("--limit (" + limit + ") must be at least 1");
        }
    }

    /**
     * Inputs for calibration; null where none are named.
     *
     * @param missing whether NaN among them is a missing value
     */
    @Nullable
    CalibrationData typical(Signature signature, boolean missing) {
        if (calibration.isEmpty()) {
            return null;
        }
        List<Map<String, Tensor>> inputs = read(signature, calibration, Math.min(limit, CALIBRATION_SAMPLES));
        return missing ? CalibrationData.withMissing(inputs) : CalibrationData.of(inputs);
    }

    /** Samples with their labels; null where none are named. */
    @Nullable
    LabelledData judged(Signature signature, boolean missing) {
        Path classes = labels;
        if (classes == null) {
            return null;
        }
        List<Map<String, Tensor>> inputs = read(signature, samples.isEmpty() ? calibration : samples, limit);
        int[] right = SampleFiles.labels(classes, limit);
        return missing ? LabelledData.withMissing(inputs, right) : LabelledData.of(inputs, right);
    }

    /** All samples of files. */
    List<Map<String, Tensor>> all(Signature signature, List<String> files) {
        return read(signature, files, Integer.MAX_VALUE);
    }

    private List<Map<String, Tensor>> read(Signature signature, List<String> files, int most) {
        InputData.Reading how = new InputData.Reading(
                CsvTable.Header.AUTO, normalize == null ? null : Normalization.parse(normalize), DataLimits.DEFAULT);
        return SampleFiles.samples(signature, files, how, most);
    }
}
