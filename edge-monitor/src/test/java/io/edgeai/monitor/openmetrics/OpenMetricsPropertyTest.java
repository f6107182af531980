package io.edgeai.monitor.openmetrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Random labels and values, read back by a reader of the specification's grammar that knows nothing of the writer. */
class OpenMetricsPropertyTest {
    private static final long FIRST = new SplittableRandom().nextLong();
    private static final String[] PIECES = {
        "a", "ü", "🚀", "\\", "\"", "\n", "n", ",", "=", "{", "}", " ", "#", "\t", "\0"
    };

    @Test
    void labelsAndNumbersReadBackAsTheyWere() {
        for (long seed = FIRST; seed < FIRST + 2000; seed++) {
            Random random = new Random(seed);
            Map<String, String> labels = new HashMap<>();
            for (int i = random.nextInt(4); i > 0; i--) {
                labels.put("l" + i, text(random));
            }
            double value = random.nextInt(5) == 0 ? random.nextInt(100) : Double.longBitsToDouble(random.nextLong());

            String exposition = new OpenMetrics()
                    .family("m", OpenMetrics.Type.GAUGE, "", text(random))
                    .sample("", labels, value)
                    .end();

            String[] lines = exposition.split("\n", -1);
            assertThat(lines).as("seed %d: %s", seed, exposition).hasSize(5);
            assertThat(lines[3]).isEqualTo("# EOF");
            Map<String, String> read = new HashMap<>();
            String number = sample(lines[2], read);
            assertThat(read).as("seed %d", seed).isEqualTo(labels);
            assertThat(number(number)).as("seed %d: %s", seed, number).isEqualTo(Double.valueOf(value)); // NaN too
        }
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(8); i > 0; i--) {
            text.append(PIECES[random.nextInt(PIECES.length)]);
        }
        return text.toString();
    }

    /** Reads {@code m{name="value",…} number}, and gives the number. */
    private static String sample(String line, Map<String, String> labels) {
        int at = 1;
        if (line.charAt(at) == '{') {
            while (line.charAt(at) != '}') {
                int equals = line.indexOf('=', at);
                String name = line.substring(at + 1, equals);
                StringBuilder value = new StringBuilder();
                at = equals + 2;
                while (line.charAt(at) != '"') {
                    boolean escaped = line.charAt(at) == '\\';
                    char unit = line.charAt(escaped ? at + 1 : at);
                    value.append(escaped && unit == 'n' ? '\n' : unit);
                    at += escaped ? 2 : 1;
                }
                labels.put(name, value.toString());
                at++;
            }
            at++;
        }
        assertThat(line.charAt(at)).isEqualTo(' ');
        return line.substring(at + 1);
    }

    private static double number(String text) {
        return switch (text) {
            case "+Inf" -> Double.POSITIVE_INFINITY;
            case "-Inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(text);
        };
    }
}
