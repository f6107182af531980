package io.edgeai.placement.deploy.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.ModelIntegrityException;
import io.edgeai.core.model.Digest;
import io.edgeai.placement.deploy.Models;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelDeltaTest {
    private static final long ANY_SIZE = Long.MAX_VALUE;

    @TempDir
    private Path folder;

    @Test
    void tunedLastLayersCostAtMostSixPercentEvenWhereTheHeaderGrew() throws IOException {
        float[] body = Models.weights(950_000, 1);
        float[] head = Models.weights(50_000, 2);
        float[] tuned = nudged(head, 3);
        Path base = model("base", "tool 1", body, head);
        Path target = model("target", "a tool with a much longer name, 2.0", body, tuned);

        Path delta = folder.resolve("delta");
        long size = ModelDelta.write(base, target, delta);

        assertThat(size).isEqualTo(Files.size(delta));
        assertThat(100.0 * size / Files.size(target)).as("per cent sent").isLessThanOrEqualTo(6);
        assertSameAfter(base, delta, target);
    }

    @Test
    void weightsThatAllMovedALittleStillShareTheirSignsAndExponents() throws IOException {
        float[] weights = Models.weights(300_000, 4);
        Path base = model("base", "tool", weights);
        Path target = model("target", "tool", nudged(weights, 5));

        Path delta = folder.resolve("delta");
        long size = ModelDelta.write(base, target, delta);

        assertThat(size).isLessThan((long) (0.8 * Files.size(target)));
        assertSameAfter(base, delta, target);
    }

    @Test
    void anyTwoFilesGiveAnExactDelta() throws IOException {
        for (long seed = 0; seed < 40; seed++) {
            Random random = new Random(seed);
            Path base = Models.noise(folder.resolve("base"), random.nextInt(700_000), seed);
            byte[] bytes = Arrays.copyOf(Files.readAllBytes(base), random.nextInt(700_000));
            for (int edits = random.nextInt(20); edits > 0 && bytes.length > 0; edits--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            Path target = Models.write(folder.resolve("target"), bytes);
            Path delta = folder.resolve("delta");
            ModelDelta.write(base, target, delta);
            Path made = folder.resolve("made");
            ModelDelta.apply(base, delta, made, ANY_SIZE);
            assertThat(Files.readAllBytes(made)).as("seed " + seed).isEqualTo(bytes);
            assertThat(ModelDelta.targetBytes(delta)).as("seed " + seed).isEqualTo(bytes.length);
        }
    }

    @Test
    void everyFlippedByteOfADeltaIsFound() throws IOException {
        float[] weights = Models.weights(400, 6);
        Path base = model("base", "tool", weights);
        weights[7] += 1e-3f;
        Path target = model("target", "tool", weights);
        Path delta = folder.resolve("delta");
        ModelDelta.write(base, target, delta);
        byte[] good = Files.readAllBytes(delta);
        byte[] wanted = Files.readAllBytes(target);
        Path made = folder.resolve("made");
        for (int i = 0; i < good.length; i++) {
            byte[] damaged = good.clone();
            damaged[i] ^= (byte) (1 << i % 8);
            Files.write(delta, damaged);
            boolean harmless;
            try {
                ModelDelta.apply(base, delta, made, 1 << 20);
                harmless = Arrays.equals(Files.readAllBytes(made), wanted);
            } catch (EdgeException e) {
                harmless = true;
            }
            assertThat(harmless).as("byte " + i + " of " + good.length).isTrue();
        }
    }

    @Test
    void aCutOffDeltaIsNeverApplied() throws IOException {
        Path base = model("base", "tool", Models.weights(400, 7));
        Path target = model("target", "tool", Models.weights(400, 8));
        Path delta = folder.resolve("delta");
        ModelDelta.write(base, target, delta);
        byte[] whole = Files.readAllBytes(delta);
        for (int length = 0; length < whole.length; length += 13) {
            Files.write(delta, Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> ModelDelta.apply(base, delta, folder.resolve("made"), ANY_SIZE))
                    .as("first " + length + " bytes")
                    .isInstanceOf(ModelIntegrityException.class);
        }
    }

    @Test
    void aDeltaKnowsItsBaseAndAnswersToTheLimit() throws IOException {
        Path base = model("base", "tool", Models.weights(400, 9));
        Path other = model("other", "tool", Models.weights(400, 10));
        Path target = model("target", "tool", Models.weights(400, 11));
        Path delta = folder.resolve("delta");
        ModelDelta.write(base, target, delta);

        assertThatThrownBy(() -> ModelDelta.apply(other, delta, folder.resolve("made"), ANY_SIZE))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(Digest.of(base).abbreviated());
        assertThatThrownBy(() -> ModelDelta.apply(base, delta, folder.resolve("made"), Files.size(target) - 1))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("limit");
    }

    private Path model(String name, String producer, float[]... tensors) {
        Models model = Models.onnx(producer);
        for (int i = 0; i < tensors.length; i++) {
            model.tensor("layer" + i, tensors[i]);
        }
        return Models.write(folder.resolve(name), model.bytes());
    }

    /** One step of training: relative changes of about a thousandth. */
    private static float[] nudged(float[] weights, long seed) {
        Random random = new Random(seed);
        float[] moved = weights.clone();
        for (int i = 0; i < moved.length; i++) {
            moved[i] *= (float) (1 + 1e-3 * random.nextGaussian());
        }
        return moved;
    }

    private void assertSameAfter(Path base, Path delta, Path target) throws IOException {
        Path made = folder.resolve("made");
        assertThat(ModelDelta.apply(base, delta, made, ANY_SIZE)).isEqualTo(Digest.of(target));
        assertThat(Files.mismatch(made, target)).isEqualTo(-1);
    }
}
