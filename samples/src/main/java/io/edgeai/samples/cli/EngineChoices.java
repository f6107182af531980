package io.edgeai.samples.cli;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.optimize.Recipe;
import io.edgeai.optimize.accelerator.Accelerator;
import io.edgeai.optimize.accelerator.OpenVinoTarget;
import io.edgeai.optimize.accelerator.TensorRtTarget;
import io.edgeai.optimize.data.CalibrationData;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of {@code optimize} about the engine that will run the result. */
final class EngineChoices {
    @Option(
            names = "--target",
            paramLabel = "tensorrt|openvino",
            description = "Static INT8 as that engine wants it, checked by its maker's rules; needs --calibration.")
    private @Nullable String target;

    @Option(
            names = "--engine-cache",
            paramLabel = "DIR",
            description = "Where the target keeps what it compiles (default: nowhere).")
    private @Nullable Path cache;

    @Option(
            names = "--tune",
            description = "Also searches threads and other options of the engine for the result, about 30 s.")
    private boolean tune;

    boolean hasTarget() {
        return target != null;
    }

    void check(List<String> problems, boolean calibrated) {
        if (target != null && !target.equalsIgnoreCase("tensorrt") && !target.equalsIgnoreCase("openvino")) {
            problems.add("--target (" + target + ") must be tensorrt or openvino");
        }
        if (target != null && !calibrated) {
            problems.add("--target (" + target + ") needs --calibration FILE with typical inputs");
        }
        if (target != null && tune) {
            problems.add("--tune searches options of this processor, not of --target (" + target + ")");
        }
        if (cache != null && target == null) {
            problems.add("--engine-cache (" + cache + ") needs --target");
        }
    }

    void target(Recipe.Builder recipe, CalibrationData typical) {
        recipe.target(accelerator(), typical);
    }

    void tune(Recipe.Builder recipe) {
        if (tune) {
            recipe.tuneRuntime();
        }
    }

    private Accelerator accelerator() {
        if ("tensorrt".equalsIgnoreCase(target)) {
            TensorRtTarget.Builder builder = TensorRtTarget.builder();
            return (cache == null ? builder : builder.cache(cache)).build();
        }
        if ("openvino".equalsIgnoreCase(target)) {
            OpenVinoTarget.Builder builder = OpenVinoTarget.builder();
            return (cache == null ? builder : builder.cache(cache)).build();
        }
        throw new InvalidInputException(
                String.format(Locale.ROOT, "--target (%s) is not known. Maybe tensorrt or openvino.", target));
    }
}
