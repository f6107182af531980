package io.edgeai;

import static io.edgeai.UnitsSeen.Answer.AGAIN;
import static io.edgeai.UnitsSeen.Answer.FIRST;
import static io.edgeai.UnitsSeen.Answer.FULL;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnitsSeenTest {
    @TempDir
    Path dir;

    private UnitsSeen opened(int most) {
        UnitsSeen units = new UnitsSeen(dir.resolve("x/m.units"), most);
        units.resume();
        return units;
    }

    /** Against a set of pairs, with restarts; small numbers and their neighbours, 0 and the extremes among them. */
    @Test
    void remembersAsASetDoes() {
        SplittableRandom random = new SplittableRandom(7);
        Set<String> reference = new HashSet<>();
        UnitsSeen units = opened(1 << 20);
        for (int i = 0; i < 60_000; i++) {
            long bits =
                    random.nextInt(3) == 0 ? random.nextInt(-500, 500) : random.nextInt(20_000) * 0x9e3779b97f4a7c15L;
            int question = random.nextInt(4);
            assertThat(units.see(bits, question)).isEqualTo(reference.add(bits + "/" + question) ? FIRST : AGAIN);
            if (i % 10_000 == 9_999) {
                units.keep();
                units = opened(1 << 20);
            }
        }
    }

    @Test
    void remembersNoMoreThanItMay() {
        UnitsSeen units = opened(100);
        for (long bits = 1; bits <= 100; bits++) {
            assertThat(units.see(bits, 0)).isEqualTo(FIRST);
        }
        assertThat(units.see(101, 0)).isEqualTo(FULL);
        assertThat(units.see(50, 0)).isEqualTo(AGAIN);
        units.keep();
        assertThat(opened(100).see(101, 0)).isEqualTo(FULL);
        assertThat(dir.resolve("x/m.units")).hasSize(800);
    }

    /** As a crash leaves a file: what was written whole counts, and the rest is written over. */
    @Test
    void aWriteThatBrokeOffIsWrittenOver() throws IOException {
        UnitsSeen units = opened(100);
        assertThat(units.see(1, 0)).isEqualTo(FIRST);
        assertThat(units.see(2, 0)).isEqualTo(FIRST);
        units.keep();
        Path file = dir.resolve("x/m.units");
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, java.util.Arrays.copyOf(whole, 13));
        units = opened(100);
        assertThat(units.see(1, 0)).isEqualTo(AGAIN);
        assertThat(units.see(2, 0)).isEqualTo(FIRST);
        units.keep();
        assertThat(file).hasBinaryContent(whole);
        units.beginAnew();
        assertThat(opened(100).see(1, 0)).isEqualTo(FIRST);
    }
}
