package io.edgeai.monitor.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.monitor.drift.stream.Change;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ErrorRiseTest {
    /** From 10 % to 4 of 5 labels. */
    private static final Change FOUND = new Change(1004, 1000, 0.1, 0.8);

    private final ErrorRise rise = ErrorRise.of(FOUND, Optional.empty());

    private void labels(int count, int wrongOfTen) {
        for (int i = 0; i < count; i++) {
            rise.add(i % 10 < wrongOfTen);
        }
    }

    @Test
    void theLevelIsTheMeanOfTheFirstFiveHundredLabels() {
        assertThat(rise.sentence()).isEqualTo("Wrong answers rose from 10.0 % to 80.0 % of 5 labels");
        labels(20, 4);
        assertThat(rise.sentence())
                .as("4 and 8 wrong of 25")
                .isEqualTo("Wrong answers rose from 10.0 % to 48.0 % of 25 labels");
        assertThat(rise.value()).isCloseTo(0.5 * 0.52 / 0.9, within(1e-9));
        labels(475, 4);
        labels(5000, 4);
        assertThat(rise.sentence()).endsWith(" of 500 labels");
        assertThat(rise.over()).isFalse();
    }

    /** From level 0.4 towards 0 by 1/500 a label: 0.1 + ¼ · 0.3 is reached after 500 · ln(0.4 / 0.175) = 413 of them. */
    @Test
    void itIsOverThreeQuartersOfTheWayBack() {
        labels(495, 4);
        int taken = 0;
        while (!rise.over()) {
            rise.add(false);
            taken++;
        }
        assertThat(taken).isBetween(395, 435);
    }

    @Test
    void itLastedAfterBothTimeAndLabels() {
        rise.elapse(100);
        assertThat(rise.lasted(100, 10)).isFalse();
        labels(10, 4);
        assertThat(rise.lasted(100, 10)).isTrue();
        assertThat(rise.lasted(101, 10)).isFalse();
    }

    /** ½ + .45 · (1 − .1/.8), and more with each comparison of the inputs, so that the newest one is told. */
    @Test
    void theScoreGrowsWithEachComparison() {
        assertThat(rise.score()).isCloseTo(0.89375, within(1e-9));
        double before = rise.score();
        for (int i = 0; i < 20; i++) {
            rise.compared();
            assertThat(rise.score()).isGreaterThan(before).isLessThan(1);
            before = rise.score();
        }
    }

    @Test
    void aFurtherRiseCountsFromWhereTheFirstBegan() {
        ErrorRise further = ErrorRise.of(new Change(2000, 1991, 0.5, 0.9), Optional.of(rise));
        assertThat(further.sentence()).isEqualTo("Wrong answers rose from 10.0 % to 90.0 % of 10 labels");
    }

    @Test
    void whatIsWrittenIsReadAgain() throws IOException {
        labels(30, 4);
        rise.elapse(77);
        rise.compared();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        rise.write(new DataOutputStream(bytes));
        ErrorRise read = ErrorRise.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
        assertThat(read.sentence()).isEqualTo(rise.sentence());
        assertThat(read.score()).isEqualTo(rise.score());
        assertThat(read.value()).isEqualTo(rise.value());
        assertThat(read.lasted(77, 30)).isTrue();
        assertThat(read.lasted(78, 30)).isFalse();
    }
}
