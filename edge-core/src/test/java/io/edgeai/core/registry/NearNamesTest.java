package io.edgeai.core.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearNamesTest {
    /** Wagner and Fischer 1974 and the usual textbook pairs. */
    @ParameterizedTest
    @CsvSource({"kitten,sitting,3", "saturday,sunday,3", "flaw,lawn,2", "'',abc,3", "abc,abc,0", "intention,execution,5"
    })
    void distances(String a, String b, int distance) {
        assertThat(NearNames.distance(a, b)).isEqualTo(distance);
        assertThat(NearNames.distance(b, a)).isEqualTo(distance);
    }

    /** The definition itself, exponential and obviously right. */
    private static int slow(String a, String b) {
        if (a.isEmpty() || b.isEmpty()) {
            return a.length() + b.length();
        }
        String restA = a.substring(1);
        String restB = b.substring(1);
        if (a.charAt(0) == b.charAt(0)) {
            return slow(restA, restB);
        }
        return 1 + Math.min(slow(restA, restB), Math.min(slow(restA, b), slow(a, restB)));
    }

    @Test
    void agreesWithTheDefinitionOnShortWords() {
        Random random = new Random(7);
        for (int i = 0; i < 300; i++) {
            String a = word(random);
            String b = word(random);
            assertThat(NearNames.distance(a, b)).as("%s and %s, seed 7", a, b).isEqualTo(slow(a, b));
        }
    }

    private static String word(Random random) {
        StringBuilder word = new StringBuilder();
        for (int n = random.nextInt(6); n > 0; n--) {
            word.append((char) ('a' + random.nextInt(3)));
        }
        return word.toString();
    }

    @Test
    void suggestsWhatWasPerhapsMeant() {
        List<String> known = List.of("defects", "defects-small", "speech", "ocr");
        assertThat(NearNames.of("defect", known)).containsExactly("defects", "defects-small");
        assertThat(NearNames.of("DEFECTS", known)).first().isEqualTo("defects");
        assertThat(NearNames.of("spech", known)).containsExactly("speech");
        assertThat(NearNames.of("orc", known)).isEmpty();
        assertThat(NearNames.of("translation", known)).isEmpty();
        assertThat(NearNames.of("m", List.of("m1", "m2", "m3", "m4"))).hasSize(3);
    }
}
