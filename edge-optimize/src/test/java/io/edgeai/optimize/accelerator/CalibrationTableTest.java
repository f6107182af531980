package io.edgeai.optimize.accelerator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.ModelFormatException;
import io.edgeai.optimize.calibration.ValueRange;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CalibrationTableTest {
    /** What a reader makes of eight hexadecimal digits, bit by bit: sign, exponent, mantissa. */
    private static double decoded(String hex) {
        long bits = Long.parseLong(hex, 16);
        int exponent = (int) (bits >> 23 & 0xFF) - 127;
        double mantissa = 1;
        for (int i = 0; i < 23; i++) {
            mantissa += (bits >> (22 - i) & 1) * Math.pow(2, -(i + 1));
        }
        return ((bits >> 31 & 1) == 1 ? -1 : 1) * mantissa * Math.pow(2, exponent);
    }

    @Test
    void theDocumentedExampleReadsAsItsNumber() {
        CalibrationTable table = CalibrationTable.parse("TRT-7103-EntropyCalibration2\ndata_0: 4000889d\n");
        assertThat(table.scales()).containsOnlyKeys("data_0");
        assertThat((double) table.scales().get("data_0")).isEqualTo(decoded("4000889d"));
        assertThat(table.scales().get("data_0")).isBetween(2.008f, 2.009f);
    }

    @Test
    void scalesAreTheLargestMagnitudeOver127() {
        CalibrationTable table = CalibrationTable.of(
                Map.of("a", new ValueRange(-254, 3), "b", new ValueRange(0, 127), "c", new ValueRange(0, 0)));

        String[] lines = table.toText().split("\n");
        assertThat(lines[0]).startsWith("TRT-");
        assertThat(lines[1]).isEqualTo("a: 40000000");
        assertThat(lines[2]).isEqualTo("b: 3f800000");
        assertThat(decoded(lines[3].substring(3))).isGreaterThan(0).isLessThan(1e-8);
        assertThat(lines).hasSize(4);
    }

    @Test
    void everyTableIsReadBackAsWritten() {
        for (long seed = 0; seed < 50; seed++) {
            Random random = new Random(seed);
            Map<String, ValueRange> ranges = new HashMap<>();
            for (int i = 0; i < 20; i++) {
                float low = (float) random.nextGaussian() * (float) Math.pow(10, random.nextInt(9) - 4);
                ranges.put("layer/" + i + ".out", new ValueRange(low, low + random.nextFloat()));
            }
            CalibrationTable table = CalibrationTable.of(ranges);
            assertThat(CalibrationTable.parse(table.toText()))
                    .as("seed %d", seed)
                    .isEqualTo(table);
        }
    }

    @Test
    void namesThatWouldBeCutAndDamagedTablesAreRefused() {
        assertThatThrownBy(() -> CalibrationTable.of(Map.of("x:0", new ValueRange(0, 1))))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(x:0)");
        assertThatThrownBy(() -> CalibrationTable.parse("hello")).isInstanceOf(ModelFormatException.class);
        for (String line : new String[] {"a", "a: xyz", "a: 123456789", ": 3f800000"}) {
            assertThatThrownBy(() -> CalibrationTable.parse("TRT-1\n" + line))
                    .as(line)
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageContaining("(" + line + ")");
        }
        assertThatThrownBy(() -> CalibrationTable.parse("TRT-1\na: 00000000"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Scale (0.0)");
    }
}
