package io.edgeai.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.concurrent.Progress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShutdownTest {
    @Test
    void workIsCancelledOnceTheProcessIsToldToEnd() throws InterruptedException {
        List<String> heard = new ArrayList<>();
        Shutdown shutdown = Shutdown.onSignal();
        Progress progress = shutdown.cancelling((phase, done, total) -> heard.add(phase + done + "/" + total));
        progress.update("train", 3, 7);
        assertThat(heard).containsExactly("train3/7");
        assertThat(progress.cancelled()).isFalse();

        Thread signal = new Thread(shutdown::end);
        signal.setDaemon(true);
        signal.start();
        shutdown.await();
        assertThat(progress.cancelled()).isTrue();
        assertThat(signal.isAlive()).as("the process waits for the work").isTrue();

        shutdown.done();
        signal.join();
    }

    @Test
    void workThatCancelsItselfStillDoes() {
        Shutdown shutdown = Shutdown.onSignal();
        Progress own = new Progress() {
            @Override
            public void update(String phase, long done, long total) {}

            @Override
            public boolean cancelled() {
                return true;
            }
        };
        assertThat(shutdown.cancelling(own).cancelled()).isTrue();
        assertThat(shutdown.cancelling(Progress.NONE).cancelled()).isFalse();
        shutdown.done();
    }
}
