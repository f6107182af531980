package io.edgeai.placement.solver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.OperationCancelledException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SearchBudgetTest {
    private final AtomicLong nanos = new AtomicLong(-17);
    private final List<String> reports = new ArrayList<>();

    private SearchBudget budget(long limitMillis) {
        return new SearchBudget(
                5, Duration.ofMillis(limitMillis), nanos::get, (phase, done, total) -> reports.add(phase + done));
    }

    private void pass(long millis) {
        nanos.addAndGet(millis * 1_000_000);
    }

    @Test
    void stepsUntilTheLimitAndNeverAgain() {
        SearchBudget budget = budget(10);
        assertThat(budget.step("x", 0, 0)).isTrue();
        nanos.addAndGet(9_999_999);
        assertThat(budget.step("x", 1, 0)).isTrue();
        nanos.addAndGet(1);
        assertThat(budget.step("x", 2, 0)).isFalse();
        nanos.set(-17);
        assertThat(budget.step("x", 3, 0))
                .as("expired stays expired though the clock goes back")
                .isFalse();
        assertThat(budget.iterations()).isEqualTo(5);
    }

    @Test
    void reportsAtOnceAndThenFourTimesASecondAtMost() {
        SearchBudget budget = budget(100_000);
        budget.step("a", 0, 9);
        budget.step("a", 1, 9);
        pass(249);
        budget.step("a", 2, 9);
        pass(1);
        budget.step("b", 3, 9);
        pass(1000);
        budget.step("b", 4, 9);
        budget.step("b", 5, 9);
        assertThat(reports).containsExactly("a0", "b3", "b4");
    }

    @Test
    void cancelsWithPhaseAndStepsEvenBeforeTheFirst() {
        boolean[] stop = {true};
        Progress progress = new Progress() {
            @Override
            public void update(String phase, long done, long total) {
                reports.add(phase);
            }

            @Override
            public boolean cancelled() {
                return stop[0];
            }
        };
        SearchBudget budget = new SearchBudget(1, Duration.ofSeconds(1), nanos::get, progress);
        assertThatThrownBy(() -> budget.step("repair", 7, 9))
                .isInstanceOf(OperationCancelledException.class)
                .hasMessage("Placement was cancelled in phase (repair) after (7) steps; no plan was made.");
        assertThat(reports).isEmpty();
        stop[0] = false;
        assertThat(budget.step("repair", 8, 9)).isTrue();
    }

    @Test
    void aClockThatWrapsAroundStillCounts() {
        nanos.set(Long.MAX_VALUE - 1_000_000);
        SearchBudget budget = budget(10);
        pass(5);
        assertThat(nanos.get()).isNegative();
        assertThat(budget.step("x", 0, 0)).isTrue();
        pass(5);
        assertThat(budget.step("x", 1, 0)).isFalse();
    }
}
