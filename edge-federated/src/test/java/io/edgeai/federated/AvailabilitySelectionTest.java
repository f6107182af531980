package io.edgeai.federated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.federated.selection.Candidates;
import io.edgeai.federated.selection.Selection;
import io.edgeai.federated.strategy.Strategies;
import io.edgeai.federated.training.DenseNetwork;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Who is rarely there, and who is likely to stay, through the selection and through the coordinator. */
class AvailabilitySelectionTest {
    /** Chances 0.9 and 0.3 of staying: three times of four the first. */
    @Test
    void whoIsLikelyToStayIsPreferred() {
        Selection.Course course = Selection.availabilityAware(1).start();
        Candidates candidates = new Candidates(1, new int[] {0, 1}, n -> 1, n -> n == 0 ? 0.9 : 0.3);
        SplittableRandom random = new SplittableRandom(6);
        int first = 0;
        for (int i = 0; i < 20_000; i++) {
            first += course.select(candidates, random)[0] == 0 ? 1 : 0;
        }
        assertThat(first / 20_000.0).as("seed 6").isCloseTo(0.75, within(5 * Math.sqrt(0.75 * 0.25 / 20_000)));
    }

    private static final class Sometimes implements FederatedParticipant {
        private final String id;
        private final int every;
        private final List<Integer> asked = new ArrayList<>();
        private Duration ahead = Duration.ZERO;
        private int round;

        Sometimes(String id, int every) {
            this.id = id;
            this.every = every;
        }

        @Override
        public String id() {
            return id;
        }

        @Override
        public int samples() {
            return 1;
        }

        @Override
        public boolean available() {
            return round % every == 0;
        }

        @Override
        public double staying(Duration ahead) {
            this.ahead = ahead;
            return 1;
        }

        @Override
        public Update fit(RoundTask task) {
            asked.add(task.round());
            return Update.of(task.parameters(), 1);
        }
    }

    /**
     * One is always there, the other in every fourth round: its chance then is about 4 to 1, 40 ± 3 of 50 times. Regression: the
     * coordinator told selections of no presence, so that it was 25.
     */
    @Test
    void whoIsRarelyThereIsAskedWhenItIs() {
        Sometimes always = new Sometimes("always", 1);
        Sometimes rarely = new Sometimes("rarely", 4);
        FederatedCoordinator.builder()
                .model(DenseNetwork.softmax(3, 2))
                .strategy(Strategies.fedAvg())
                .participant(always)
                .participant(rarely)
                .selection(Selection.availabilityAware(1))
                .rules(RoundRules.defaults().reportingWindow(Duration.ofSeconds(90)))
                .rounds(199)
                .seed(8)
                .onRound(result -> rarely.round = result.round())
                .build()
                .run();
        assertThat(rarely.asked).as("seed 8").hasSizeBetween(32, 48);
        assertThat(always.asked).hasSize(199 - rarely.asked.size());
        assertThat(always.ahead).isEqualTo(Duration.ofSeconds(90));
    }
}
