package io.edgeai.core.serving;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SoakLengthTest {
    private final AtomicLong clock = new AtomicLong(-7);
    private final SoakLength length = SoakLength.of("calls", 1000, 60, clock::get);

    @Test
    void itsTimeIsOverAfterItsSecondsHoweverFewStepsWereDone() {
        length.did(1);
        clock.addAndGet(59_999_999_999L);
        assertThat(length.timeIsOver()).isFalse();
        clock.incrementAndGet();
        assertThat(length.timeIsOver()).isTrue();
    }

    @Test
    void itSaysHowFarItIs() {
        length.did(200);
        length.did(50);
        clock.addAndGet(12_500_000_000L);
        assertThat(length.done()).isEqualTo(250);
        assertThat(length.progress()).isEqualTo("soak: 250 of 1000 calls after 12 of 60 s");
    }
}
