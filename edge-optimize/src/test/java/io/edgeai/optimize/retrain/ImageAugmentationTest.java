package io.edgeai.optimize.retrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Tensor;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ImageAugmentationTest {
    private static final int COUNT = 200;
    private static final int HEIGHT = 3;
    private static final int WIDTH = 4;

    /** Pixel values that tell where each one came from, none of them 0. */
    private static Tensor numbered(int channels) {
        float[] values = new float[COUNT * channels * HEIGHT * WIDTH];
        for (int i = 0; i < values.length; i++) {
            values[i] = i + 1;
        }
        return Tensor.of(values, COUNT, channels, HEIGHT, WIDTH);
    }

    /** What image {@code n} must be, pixel by pixel from the definition. */
    private static boolean is(float[] now, float[] was, int n, int channels, boolean turned, int right, int down) {
        for (int c = 0; c < channels; c++) {
            for (int y = 0; y < HEIGHT; y++) {
                for (int x = 0; x < WIDTH; x++) {
                    int fromX = turned ? WIDTH - 1 - (x - right) : x - right;
                    int fromY = y - down;
                    int plane = (n * channels + c) * HEIGHT * WIDTH;
                    boolean inside = fromX >= 0 && fromX < WIDTH && fromY >= 0 && fromY < HEIGHT;
                    if (now[plane + y * WIDTH + x] != (inside ? was[plane + fromY * WIDTH + fromX] : 0)) {
                        return false;
                    }
                }
            }
        }
        return true;
    }

    @Test
    void eachImageIsOneOfTheMovesAllowed() {
        Tensor batch = numbered(2);
        Tensor second = numbered(1);
        float[] was = batch.floats();
        float[] wasSecond = second.floats();
        new ImageAugmentation(true, 2).apply(Map.of("x", batch, "depth", second), new SplittableRandom(1));
        Set<String> seen = new HashSet<>();
        for (int n = 0; n < COUNT; n++) {
            String found = "";
            for (boolean turned : new boolean[] {false, true}) {
                for (int right = -2; right <= 2; right++) {
                    for (int down = -2; down <= 2; down++) {
                        if (is(batch.floats(), was, n, 2, turned, right, down)
                                && is(second.floats(), wasSecond, n, 1, turned, right, down)) {
                            found = turned + " " + right + " " + down;
                        }
                    }
                }
            }
            assertThat(found).as("image %d, both of its tensors", n).isNotEmpty();
            seen.add(found);
        }
        assertThat(seen).as("of 50 moves").hasSizeGreaterThan(40);
    }

    @Test
    void mirroringAloneTurnsHalf() {
        Tensor batch = numbered(1);
        float[] was = batch.floats();
        new ImageAugmentation(true, 0).apply(Map.of("x", batch), new SplittableRandom(2));
        int turned = 0;
        for (int n = 0; n < COUNT; n++) {
            boolean mirrored = is(batch.floats(), was, n, 1, true, 0, 0);
            assertThat(mirrored || is(batch.floats(), was, n, 1, false, 0, 0)).isTrue();
            turned += mirrored ? 1 : 0;
        }
        assertThat(turned).isBetween(70, 130);
    }

    @Test
    void theSameRandomNumbersGiveTheSameImages() {
        Tensor first = numbered(2);
        Tensor again = numbered(2);
        ImageAugmentation change = new ImageAugmentation(true, 1);
        change.apply(Map.of("x", first), new SplittableRandom(3));
        change.apply(Map.of("x", again), new SplittableRandom(3));
        assertThat(again.floats())
                .isEqualTo(first.floats())
                .isNotEqualTo(numbered(2).floats());
    }

    @Test
    void whatIsNoImageStays() {
        Tensor labels = Tensor.of(new long[COUNT], COUNT);
        Tensor rows = Tensor.of(new float[2 * COUNT], COUNT, 2);
        ImageAugmentation mirror = new ImageAugmentation(true, 0);
        assertThatThrownBy(() -> mirror.apply(Map.of("labels", labels, "x", rows), new SplittableRandom(1)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("no FLOAT images");
        assertThatThrownBy(() -> new ImageAugmentation(false, -1))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("shift (-1)");
    }
}
