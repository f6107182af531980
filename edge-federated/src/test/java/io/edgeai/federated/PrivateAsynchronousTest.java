package io.edgeai.federated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.error.PrivacyBudgetExceededException;
import io.edgeai.federated.privacy.Clipping;
import io.edgeai.federated.privacy.Mechanism;
import io.edgeai.federated.privacy.Privacy;
import io.edgeai.federated.privacy.PrivacyAccountant;
import io.edgeai.federated.privacy.PrivacyBudget;
import io.edgeai.federated.privacy.PrivacyLedger;
import io.edgeai.federated.privacy.Releases;
import io.edgeai.federated.secagg.SecureAggregation;
import io.edgeai.federated.strategy.Strategies;
import io.edgeai.federated.training.DenseNetwork;
import io.edgeai.federated.training.LocalModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Movements with a privacy budget, in one thread: who is asked answers at once. */
@Timeout(120)
class PrivateAsynchronousTest {
    private static final LocalModel NETWORK = DenseNetwork.softmax(2, 2);
    private static final int BUFFER = 3;
    private static final double NORM = 5;
    private static final double DELTA = 1e-5;

    @TempDir
    Path folder;

    /** One answer that counted. */
    private record Accepted(String participant, int task, float[] start) {}

    /** Everything that happened in a run. */
    private static final class Story {
        final List<Accepted> accepted = new ArrayList<>();
        final List<float[]> models = new ArrayList<>();
        final List<FederatedParticipant> crowd = new ArrayList<>();

        Story(int participants, ToDoubleFunction<RoundTask> change) {
            for (int i = 0; i < participants; i++) {
                crowd.add(FederatedParticipant.of("site " + i, 1 + 50 * i, task -> answer(task, change)));
            }
        }

        private static Update answer(RoundTask task, ToDoubleFunction<RoundTask> change) {
            float[] parameters = task.parameters();
            float by = (float) change.applyAsDouble(task);
            for (int i = 0; i < parameters.length; i++) {
                parameters[i] += by;
            }
            return Update.of(parameters, 1);
        }

        /** The same participants, which write down what became of their work. */
        List<FederatedParticipant> watched() {
            return crowd.stream().<FederatedParticipant>map(Watched::new).toList();
        }

        private final class Watched implements FederatedParticipant {
            private final FederatedParticipant own;
            private float[] start = {};

            Watched(FederatedParticipant own) {
                this.own = own;
            }

            @Override
            public String id() {
                return own.id();
            }

            @Override
            public int samples() {
                return own.samples();
            }

            @Override
            public Update fit(RoundTask task) {
                start = task.parameters();
                return own.fit(task);
            }

            @Override
            public void settled(Receipt receipt) {
                if (receipt.accepted()) {
                    accepted.add(new Accepted(id(), receipt.round(), start));
                }
            }
        }
    }

    private static FederatedCoordinator.Builder federation(LocalModel model, Story story, Privacy privacy) {
        List<FederatedParticipant> everybody = story.watched();
        float[] zeros = new float[model.layout().size()];
        story.models.add(zeros);
        return FederatedCoordinator.builder()
                .model(model)
                .initialParameters(zeros)
                .strategy(Strategies.fedAvg())
                .population(() -> everybody)
                .asynchronous(Buffering.of(4, BUFFER))
                .privacy(privacy)
                .onModel((result, trained) -> story.models.add(trained.parameters()));
    }

    private static Privacy ample() {
        return Privacy.epsilon(1000, DELTA)
                .clipping(Clipping.flat(NORM))
                .noise(1)
                .insecureSeed(77);
    }

    /**
     * The noise of a seed is known by a run in which nobody changes anything; what is left of a movement is the discounted sum
     * of clipped changes over the size of the buffer.
     */
    @Test
    void aMovementIsTheClippedAndDiscountedSumWithNoise() {
        int movements = 12;
        Story still = new Story(7, task -> 0);
        federation(NETWORK, still, ample()).rounds(movements).build().run();
        Story story = new Story(7, task -> task.round() / 8.0);
        federation(NETWORK, story, ample()).rounds(movements).build().run();
        int size = NETWORK.layout().size();
        boolean clipped = false;
        boolean stale = false;
        for (int movement = 0; movement < movements; movement++) {
            double sum = 0;
            for (Accepted one : story.accepted.subList(movement * BUFFER, (movement + 1) * BUFFER)) {
                int begun = IntStream.range(0, story.models.size())
                        .filter(i -> Arrays.equals(story.models.get(i), one.start()))
                        .findFirst()
                        .orElseThrow();
                double change = one.task() / 8.0;
                double longest = NORM / Math.sqrt(size);
                clipped |= change > longest;
                stale |= movement > begun;
                sum += Math.min(change, longest) / Math.sqrt(1 + movement - begun);
            }
            for (int i = 0; i < size; i++) {
                double noise = (double) still.models.get(movement + 1)[i]
                        - still.models.get(movement)[i];
                double moved = (double) story.models.get(movement + 1)[i]
                        - story.models.get(movement)[i];
                assertThat(moved - noise).as("movement %d", movement).isCloseTo(sum / BUFFER, within(1e-4));
            }
        }
        assertThat(clipped && stale).as("both occur").isTrue();
    }

    /** Twice in one release would be twice the clip norm. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void nobodyCountsTwiceInOneMovement(long seed) {
        Story story = new Story(5, task -> 0);
        federation(NETWORK, story, ample()).rounds(60).seed(seed).build().run();
        for (int movement = 0; movement < 60; movement++) {
            Set<String> once = new HashSet<>();
            assertThat(story.accepted.subList(movement * BUFFER, (movement + 1) * BUFFER))
                    .as("movement %d", movement)
                    .allMatch(one -> once.add(one.participant()));
        }
    }

    /** Whether an answer is of use may depend on the data: it takes its place all the same, as no change. */
    @Test
    void anAnswerOfNoUseTakesAPlaceAndChangesNothing() {
        Story still = new Story(3, task -> 0);
        federation(NETWORK, still, ample()).rounds(1).build().run();
        Story story = new Story(2, task -> 0.5);
        story.crowd.add(FederatedParticipant.of("broken", 1, task -> {
            float[] parameters = task.parameters();
            parameters[0] = Float.NaN;
            return Update.received(parameters, 1);
        }));
        FederatedRun run = federation(NETWORK, story, ample()).rounds(1).build().run();
        assertThat(run.rounds().get(0).reported()).isEqualTo(2);
        assertThat(run.rounds().get(0).failures()).hasSize(1);
        for (int i = 0; i < NETWORK.layout().size(); i++) {
            double moved = (double) story.models.get(1)[i] - still.models.get(1)[i];
            assertThat(moved).isCloseTo(2 * 0.5 / BUFFER, within(1e-5));
        }
    }

    /** Standard error 0.5 % of the deviation of 20,010 values. */
    @Test
    void noiseIsTheMultiplierTimesTheNormOverTheBuffer() {
        DenseNetwork wide = DenseNetwork.softmax(2000, 10);
        Story story = new Story(4, task -> 0);
        federation(wide, story, ample().noise(2)).rounds(1).build().run();
        double squares = 0;
        for (float value : story.models.get(1)) {
            squares += (double) value * value;
        }
        double deviation = Math.sqrt(squares / wide.layout().size());
        assertThat(deviation).isCloseTo(2 * NORM / BUFFER, within(0.02 * 2 * NORM / BUFFER));
    }

    /** The ledger knows every movement, also over a break, and epsilon is that of as many releases in which all take part. */
    @Test
    void everyMovementIsInTheLedgerBeforeItsModelIsOut() {
        Path file = folder.resolve("ledger");
        PrivacyBudget budget = new PrivacyBudget(4, DELTA);
        Privacy privacy =
                Privacy.epsilon(4, DELTA).clipping(Clipping.flat(NORM)).ledger(file);
        double multiplier = privacy.multiplier(5);
        Path journal = folder.resolve("journal");
        Story story = new Story(6, task -> 0);
        List<RoundResult> first = new ArrayList<>();
        FederatedCoordinator.Builder begun = federation(NETWORK, story, privacy)
                .rounds(5)
                .journal(journal)
                .onRound(first::add)
                .progress(new Progress() {
                    @Override
                    public void update(String stage, long done, long total) {}

                    @Override
                    public boolean cancelled() {
                        return first.size() >= 2;
                    }
                });
        assertThatThrownBy(() -> begun.build().run()).isInstanceOf(OperationCancelledException.class);
        FederatedRun run = federation(NETWORK, story, privacy)
                .rounds(5)
                .journal(journal)
                .build()
                .run();
        assertThat(run.rounds()).hasSize(5);
        for (int i = 0; i < 5; i++) {
            assertThat(run.rounds().get(i).epsilon())
                    .isEqualTo(PrivacyAccountant.pld().epsilon(Mechanism.gaussian(multiplier), i + 1, DELTA));
        }
        assertThat(run.rounds().get(4).epsilon()).isBetween(3.9, 4.0);
        assertThat(spent(file, budget)).containsExactly(new Releases(Mechanism.gaussian(multiplier), 5));

        Story next = new Story(6, task -> 1);
        FederatedCoordinator more = federation(NETWORK, next, privacy).rounds(5).build();
        assertThatThrownBy(more::run)
                .isInstanceOf(PrivacyBudgetExceededException.class)
                .hasMessageContaining("Maybe stop here");
        assertThat(next.models).as("nothing but the beginning").hasSize(1);
        assertThat(spent(file, budget)).containsExactly(new Releases(Mechanism.gaussian(multiplier), 5));
    }

    private static List<Releases> spent(Path file, PrivacyBudget budget) {
        try (PrivacyLedger ledger = PrivacyLedger.open(file, budget, PrivacyAccountant.pld())) {
            return ledger.spent();
        }
    }

    @Test
    void whatDoesNotFitIsSaidAtOnce() {
        Story story = new Story(2, task -> 0);
        Privacy privacy = Privacy.epsilon(4, DELTA)
                .clipping(Clipping.adaptive(1, 0.5))
                .noiseBy(Privacy.Noise.DISTRIBUTED)
                .sampling(0.5);
        FederatedCoordinator.Builder builder = FederatedCoordinator.builder()
                .model(NETWORK)
                .asynchronous(Buffering.of(4, BUFFER))
                .privacy(privacy)
                .secureAggregation(SecureAggregation.of(2));
        story.crowd.forEach(builder::participant);
        assertThatThrownBy(builder::build)
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("excludes secureAggregation(..)")
                .hasMessageContaining("maybe use noiseBy(CENTRAL)")
                .hasMessageContaining("maybe leave sampling out")
                .hasMessageContaining("maybe use flat(norm)")
                .hasMessageContaining("(2) never fill a buffer of 3");
    }
}
