package io.edgeai.core.concurrent;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EdgeThreadsTest {
    @Test
    void threadsAreNumberedDaemonsOfTheirPurpose() {
        EdgeThreads threads = EdgeThreads.named("batcher");
        Thread first = threads.newThread(() -> {});
        Thread second = threads.newThread(() -> {});

        assertThat(first.getName()).isEqualTo("edgeai-batcher-1");
        assertThat(second.getName()).isEqualTo("edgeai-batcher-2");
        assertThat(first.isDaemon()).isTrue();
    }

    @Test
    void theSystemTickerNeverGoesBack() {
        Ticker ticker = Ticker.system();
        long before = ticker.nanos();
        for (int i = 0; i < 1000; i++) {
            long now = ticker.nanos();
            assertThat(now - before).isNotNegative();
            before = now;
        }
    }

    @Test
    void progressNeverCancelsUnlessAsked() {
        Progress.NONE.update("calibrate", 1, 2);

        assertThat(Progress.NONE.cancelled()).isFalse();
    }
}
