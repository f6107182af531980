package io.edgeai.core.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Held against the parser of the JDK. */
class MomentsTest {
    private static final long YEARS_1_TO_9998 = 9997L * 365 * 86_400;
    private static final long YEAR_1 = -62_135_596_800L;

    @Test
    void readsWhatInstantsWrite() {
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            int digits = random.nextInt(10);
            int unit = (int) Math.pow(10, 9 - digits);
            Instant moment = Instant.ofEpochSecond(
                    YEAR_1 + (long) (random.nextDouble() * YEARS_1_TO_9998),
                    digits == 0 ? 0 : random.nextInt(1_000_000_000) / unit * unit);
            assertThat(Moments.parse(moment.toString()))
                    .as("seed 7, %d: %s", i, moment)
                    .isEqualTo(moment);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-11-26T24:00:00Z",
                "2024-02-29T23:59:59.1Z",
                "2026-11-26T12:00:00.123456789Z",
                "+12026-11-26T12:00:00Z",
                "-0001-11-26T12:00:00Z",
                "2026-11-26t12:00:00z",
                "2016-12-31T23:59:60Z"
            })
    void unusualFormsAreThoseOfTheJdk(String text) {
        assertThat(Moments.parse(text)).isEqualTo(Instant.parse(text));
    }

    @Test
    void damagedTextIsRefusedWhereTheJdkRefusesIt() {
        Random random = new Random(8);
        String whole = "2026-11-26T12:34:56.789012Z";
        for (int i = 0; i < 20_000; i++) {
            char[] text = whole.toCharArray();
            text[random.nextInt(text.length)] ^= (char) (1 << random.nextInt(7));
            String damaged = new String(text, 0, random.nextInt(4) == 0 ? random.nextInt(text.length) : text.length);
            Instant expected = parsed(damaged);
            if (expected == null) {
                assertThatThrownBy(() -> Moments.parse(damaged))
                        .as("seed 8, %d: %s", i, damaged)
                        .isInstanceOf(DateTimeException.class);
            } else {
                assertThat(Moments.parse(damaged)).as("seed 8, %d", i).isEqualTo(expected);
            }
        }
    }

    private static Instant parsed(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            return null;
        }
    }
}
