package io.edgeai.formats.openvino;

import static io.edgeai.formats.openvino.Grid.near;
import static io.edgeai.formats.openvino.IrFile.port;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.UnsupportedOperatorException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pictures of cameras, place by place. */
class ColorsTest {
    private static final int HIGH = 4;
    private static final int WIDE = 6;

    @TempDir
    Path folder;

    private static double clipped(double value) {
        return Math.max(0, Math.min(255, value));
    }

    private static Grid wanted(Grid bright, Grid first, Grid second, boolean redFirst, boolean whole) {
        return Grid.filled(
                at -> {
                    float c = 1.164f * ((float) bright.at(at[0], at[1], at[2], 0) - 16);
                    float d = (float) first.at(at[0], at[1] / 2, at[2] / 2, 0) - 128;
                    float e = (float) second.at(at[0], at[1] / 2, at[2] / 2, 0) - 128;
                    double value = at[3] == 1
                            ? c - .391f * d - .813f * e
                            : at[3] == 0 == redFirst ? c + 1.596f * e : c + 2.018f * d;
                    return whole ? Math.floor(clipped(value) + .5) : clipped(value);
                },
                2,
                HIGH,
                WIDE,
                3);
    }

    private static Grid interleaved(Grid first, Grid second) {
        return Grid.filled(at -> (at[3] == 0 ? first : second).at(at[0], at[1], at[2], 0), 2, HIGH / 2, WIDE / 2, 2);
    }

    /** Brightness, and below it the colours, as they lie in memory. */
    private static Grid joined(Grid bright, Grid... colors) {
        return Grid.filled(
                at -> {
                    int place = at[1] * WIDE + at[2];
                    if (place < HIGH * WIDE) {
                        return bright.at(at[0], at[1], at[2], 0);
                    }
                    int rest = place - HIGH * WIDE;
                    int each = HIGH * WIDE / 2 / colors.length;
                    Grid plane = colors[rest / each];
                    return plane.values()[at[0] * each + rest % each];
                },
                2,
                HIGH * 3 / 2,
                WIDE,
                1);
    }

    @ParameterizedTest
    @CsvSource({
        "NV12toRGB-8, true, u8",
        "NV12toBGR-8, false, f32",
        "NV12toRGB-8, false, f32",
        "I420toRGB-8, true, f32",
        "I420toBGR-8, true, u8",
        "I420toBGR-8, false, u8"
    })
    void camerasPicturesBecomeColours(String operation, boolean single, String type) {
        Random random = new Random(operation.hashCode());
        Grid bright = Grid.filled(i -> random.nextInt(256), 2, HIGH, WIDE, 1);
        Grid first = Grid.filled(i -> random.nextInt(256), 2, HIGH / 2, WIDE / 2, 1);
        Grid second = Grid.filled(i -> random.nextInt(256), 2, HIGH / 2, WIDE / 2, 1);
        boolean pairs = operation.startsWith("NV12");
        Grid wanted = wanted(bright, first, second, operation.contains("RGB"), type.equals("u8"));
        IrFile file = new IrFile(folder);
        String port = port(type.equals("u8") ? "U8" : "FP32", 2, HIGH, WIDE, 3);
        Grid both = interleaved(first, second);
        int y;
        if (single) {
            y = file.op(
                    operation, port, file.input(type, pairs ? joined(bright, both) : joined(bright, first, second)));
        } else if (pairs) {
            y = file.op(operation, port, file.input(type, bright), file.input(type, both));
        } else {
            y = file.op(operation, port, file.input(type, bright), file.input(type, first), file.input(type, second));
        }

        Grid found = file.answer(y).map(v -> v < 0 ? v + 256 : v);

        assertThat(found).is(near(wanted, type.equals("u8") ? 0 : 1e-5));
    }

    @Test
    void oddSizesAreRefused() {
        IrFile file = new IrFile(folder);
        file.result(file.op("NV12toRGB-8", port("FP32", 1, 4, 3, 3), file.input(Grid.pattern(1, 6, 3, 1))));

        assertThatThrownBy(file::imported)
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("converts a picture of unknown or odd size");
    }
}
