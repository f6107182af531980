package io.edgeai.samples.cli;

import io.edgeai.optimize.Recipe;
import io.edgeai.optimize.correct.Equalization;
import io.edgeai.optimize.data.CalibrationData;
import io.edgeai.optimize.weightonly.BlockMethod;
import io.edgeai.optimize.weightonly.BlockSettings;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of {@code optimize} that say in which form: blocks of 4 bits, scales of weights, an open batch. */
final class OptimizeForms {
    private static final Set<Integer> SIZES = new TreeSet<>(Set.of(16, 32, 64, 128, 256));

    @Option(
            names = "--block-size",
            paramLabel = "N",
            description = "Weights of --int4 that share a scale: 16, 32 (default), 64, 128 or 256.")
    private @Nullable Integer blockSize;

    @Option(
            names = "--block-method",
            paramLabel = "round|hqq|gptq",
            description = "How --int4 chooses levels: the nearest, by half-quadratic splitting, or on --calibration.")
    private @Nullable String blockMethod;

    @Option(
            names = "--per-tensor",
            arity = "0..1",
            fallbackValue = "stay",
            paramLabel = "stay|relu",
            description = "One scale a weight for --int8 static; convolutions are equalized first. relu: clamps with an"
                    + " upper limit lose it, so that factors pass.")
    private @Nullable String perTensor;

    @Option(
            names = "--free-batch",
            description = "Opens the batch dimension of a model exported for one sample first, or alone.")
    private boolean freeBatch;

    /** Whether the batch is opened, which alone is enough to do. */
    boolean freesBatch() {
        return freeBatch;
    }

    void check(OptimizeMethods methods, boolean calibrates, List<String> problems) {
        if ((blockSize != null || blockMethod != null) && !methods.int4()) {
            problems.add("--block-size and --block-method are for --int4");
        }
        if (blockMethod != null && method() == null) {
            problems.add("--block-method (" + blockMethod + ") must be round, hqq or gptq");
        }
        if (method() == BlockMethod.GPTQ && !calibrates) {
            problems.add("--block-method (gptq) needs --calibration FILE");
        }
        if (blockSize != null && !SIZES.contains(blockSize)) {
            problems.add("--block-size (" + blockSize + ") must be one of " + SIZES);
        }
        if (perTensor != null && !methods.staticByName()) {
            problems.add("--per-tensor is for --int8 static");
        }
        if (perTensor != null && !perTensor.equals("stay") && !perTensor.equals("relu")) {
            problems.add("--per-tensor (" + perTensor + ") must be stay or relu");
        }
    }

    /** Blocks of 4 bits; as the library chooses where nothing is said. */
    void int4(Recipe.Builder recipe, @Nullable CalibrationData typical) {
        if (blockSize == null && blockMethod == null) {
            if (typical == null) {
                recipe.int4();
            } else {
                recipe.int4(typical);
            }
            return;
        }
        BlockMethod way = method();
        BlockSettings settings = BlockSettings.defaults()
                .method(way != null ? way : typical == null ? BlockMethod.ROUND : BlockMethod.GPTQ);
        BlockSettings sized = blockSize == null ? settings : settings.blockSize(blockSize);
        if (typical == null) {
            recipe.blocks(sized);
        } else {
            recipe.blocks(sized, typical);
        }
    }

    void apply(Recipe.Builder recipe) {
        if (perTensor != null) {
            recipe.perTensor(perTensor.equals("relu") ? Equalization.Clips.BECOME_RELU : Equalization.Clips.STAY);
        }
        if (freeBatch) {
            recipe.freeBatch();
        }
    }

    private @Nullable BlockMethod method() {
        return blockMethod == null
                ? null
                : switch (blockMethod.toLowerCase(Locale.ROOT)) {
                    case "round" -> BlockMethod.ROUND;
                    case "hqq" -> BlockMethod.HALF_QUADRATIC;
                    case "gptq" -> BlockMethod.GPTQ;
                    default -> null;
                };
    }
}
