package io.edgeai.samples.cli;

import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Tensor;
import io.edgeai.optimize.Recipe;
import io.edgeai.optimize.data.CalibrationData;
import io.edgeai.optimize.data.LabelledData;
import io.edgeai.optimize.retrain.ImageAugmentation;
import io.edgeai.optimize.retrain.TrainSettings;
import io.edgeai.samples.inference.ModelFile;
import io.edgeai.samples.inference.SampleFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of {@code optimize} that train: after pruning, of a student, for static INT8. */
final class OptimizeTraining {
    @Option(
            names = "--train",
            arity = "1..*",
            paramLabel = "[NAME=]FILE",
            description = "Examples to train on after --prune, for --student and for --qat, and for what --auto prunes"
                    + " within its --budget; the original teaches.")
    private List<String> files = new ArrayList<>();

    @Option(names = "--train-labels", paramLabel = "FILE", description = "The right class of each example of --train.")
    private @Nullable Path labels;

    @Option(
            names = "--student",
            paramLabel = "FILE",
            description = "A smaller model with the same inputs and outputs, taught by MODEL in whose place it comes.")
    private @Nullable Path student;

    @Option(names = "--qat", description = "Trains weights for the levels of static INT8 (3 epochs).")
    private boolean aware;

    @Option(
            names = "--train-first",
            paramLabel = "N",
            description = "Trains MODEL itself for N epochs before it is pruned and teaches; needs --train-labels.")
    private @Nullable Integer first;

    @Option(names = "--epochs", paramLabel = "N", description = "Passes over the examples (10).")
    private @Nullable Integer epochs;

    @Option(names = "--rate", paramLabel = "R", description = "Highest learning rate (0.04).")
    private @Nullable Double rate;

    @Option(
            names = "--teach",
            paramLabel = "SHARE",
            description =
                    "Weight of MODEL's answers beside the labels, 0 to 1 (0.9 where it knows the examples, else 0.5).")
    private @Nullable Double share;

    @Option(
            names = "--temperature",
            paramLabel = "T",
            description = "How far MODEL's answers are softened (4, where half is left to labels 2).")
    private @Nullable Double temperature;

    @Option(names = "--mirror", description = "Mirrors half of the images left to right while training.")
    private boolean mirrored;

    @Option(
            names = "--shift",
            paramLabel = "N",
            description = "Moves images by up to N pixels while training. Without --mirror and --shift MODEL is asked"
                    + " which changes it takes for the same; --shift 0 alone leaves images as they are.")
    private @Nullable Integer shift;

    boolean student() {
        return student != null;
    }

    /** @param prunes whether something is pruned, as asked or in a search that has a budget of time */
    void check(boolean prunes, boolean staticInt8, List<String> problems) {
        boolean trains = student != null || aware;
        if (!files.isEmpty() && !trains && !prunes) {
            problems.add("--train " + files + " needs something to train: --prune SHARE, --student FILE, --qat, or"
                    + " --budget TIME with --auto");
        }
        if (files.isEmpty()) {
            for (String option : given()) {
                problems.add(option + " needs --train FILE");
            }
        }
        if (aware && !staticInt8) {
            problems.add("--qat trains for --int8 static (or --auto) with --calibration FILE");
        }
        if (epochs != null && epochs < 1) {
            problems.add("--epochs (" + epochs + ") must be at least 1");
        }
        if (rate != null && !(rate > 0)) {
            problems.add("--rate (" + rate + ") must be above 0");
        }
        if (share != null && !(share >= 0 && share <= 1)) {
            problems.add("--teach (" + share + ") must be 0 to 1");
        } else if (share != null && share < 1 && labels == null && !files.isEmpty()) {
            problems.add("--teach (" + share + ") leaves a part to --train-labels FILE");
        }
        if (temperature != null && !(temperature > 0)) {
            problems.add("--temperature (" + temperature + ") must be above 0");
        }
        if (first != null && first < 1) {
            problems.add("--train-first (" + first + ") must be at least 1");
        }
        if (first != null && labels == null) {
            problems.add("--train-first (" + first + ") needs --train-labels FILE");
        }
        if (shift != null && shift < 0) {
            problems.add("--shift (" + shift + ") must be 0 or more");
        }
    }

    /** Options that mean nothing without examples. */
    private List<String> given() {
        List<String> given = new ArrayList<>();
        add(given, student != null, "--student (" + student + ")");
        add(given, aware, "--qat");
        add(given, labels != null, "--train-labels (" + labels + ")");
        add(given, first != null, "--train-first (" + first + ")");
        add(given, temperature != null, "--temperature (" + temperature + ")");
        add(given, epochs != null, "--epochs (" + epochs + ")");
        add(given, rate != null, "--rate (" + rate + ")");
        add(given, share != null, "--teach (" + share + ")");
        add(given, mirrored, "--mirror");
        add(given, shift != null, "--shift (" + shift + ")");
        return given;
    }

    private static void add(List<String> options, boolean given, String option) {
        if (given) {
            options.add(option);
        }
    }

    void apply(Recipe.Builder recipe, Signature signature, OptimizeData data, boolean prunes) {
        if (files.isEmpty()) {
            return;
        }
        List<Map<String, Tensor>> examples = data.all(signature, files);
        if (labels == null) {
            recipe.trainOn(CalibrationData.of(examples));
        } else {
            recipe.trainOn(LabelledData.of(examples, SampleFiles.labels(labels, Integer.MAX_VALUE)));
        }
        TrainSettings how = settings(TrainSettings.taught());
        how = epochs == null ? how : how.epochs(epochs);
        how = rate == null ? how : how.learningRate(rate);
        if (first != null) {
            recipe.trainFirst(settings(TrainSettings.defaults()).epochs(first));
        }
        if (student != null) {
            recipe.student(ModelFile.of(student).graph().graph(), how);
        }
        if (prunes) {
            recipe.fineTune(how);
        }
        if (aware) {
            recipe.quantizationAware(settings(TrainSettings.quantizationAware()));
        }
    }

    private TrainSettings settings(TrainSettings defaults) {
        TrainSettings how = mirrored || shift != null
                ? defaults.images(new ImageAugmentation(mirrored, shift == null ? 0 : shift))
                : defaults;
        how = share == null ? how : how.teacherShare(share);
        return temperature == null ? how : how.temperature(temperature);
    }
}
