package io.edgeai.optimize;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.optimize.prune.PruneBudget;
import io.edgeai.optimize.retrain.TrainSettings;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The call of the guide on ResNet-56: trained first, pruned for speed and for size, taught by what it was, in bytes. The
 * settings are the guide's, with images changed as the call itself decides. {@code -Dedgeai.firstEpochs=1} and
 * {@code -Dedgeai.taughtEpochs=1} ask for speed and size alone, in a tenth of the time; {@code -Dedgeai.folder} names a
 * folder from which an interrupted run goes on.
 */
class OneCallIT {
    private static final @Nullable String FOLDER = System.getProperty("edgeai.folder");
    private static final int FIRST = Integer.getInteger("edgeai.firstEpochs", 8);
    private static final int TAUGHT = Integer.getInteger("edgeai.taughtEpochs", 12);

    @Test
    void resNet56PrunedTaughtAndInBytes() throws IOException {
        CifarRetraining cifar = CifarRetraining.open();
        OnnxGraph given = cifar.model("resnet56.onnx");
        double start = CifarRetraining.cpuSeconds();
        Recipe.Builder recipe = Recipe.builder()
                .trainFirst(TrainSettings.defaults().epochs(FIRST))
                .prune(PruneBudget.macs(2.1), PruneBudget.parameters(1.4))
                .trainOn(cifar.labelled(CifarRetraining.EXAMPLES))
                .fineTune(TrainSettings.taught().epochs(TAUGHT))
                .int8(cifar.unlabelled(64))
                .keepAccuracy(0.99, cifar.judged());
        if (FOLDER != null) {
            recipe.resume(Path.of(FOLDER));
        }
        OptimizationResult result = InferenceOptimizer.ofDefaults().optimize(given, recipe.build());
        double seconds = CifarRetraining.cpuSeconds() - start;
        double size = (double) CifarRetraining.bytes(result.graph()) / CifarRetraining.bytes(given);
        double speed = cifar.speedup(given, result.graph());
        cifar.write(
                "ResNet-56 in one call, %d and %d epochs: %.2f times as fast, %.1f %% of the size, %.4f -> %.4f in %.0f s",
                FIRST, TAUGHT, speed, 100 * size, cifar.accuracy(given), cifar.accuracy(result.graph()), seconds);
        cifar.write(
                "  %s",
                String.join(System.lineSeparator() + "  ", result.report().warnings()));
        assertThat(result.report().kept()).as(result.report().outcome()).isTrue();
        assertThat(size).isLessThanOrEqualTo(0.12);
        assertThat(speed).isGreaterThanOrEqualTo(4.5);
        assertThat(cifar.accuracy(given) - cifar.accuracy(result.graph()))
                .as("points lost of the network as given")
                .isLessThanOrEqualTo(0.01);
    }
}
