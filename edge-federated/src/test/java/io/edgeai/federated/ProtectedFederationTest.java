package io.edgeai.federated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.PrivacyBudgetExceededException;
import io.edgeai.core.error.QuorumNotReachedException;
import io.edgeai.federated.codec.Codec;
import io.edgeai.federated.data.FederatedDataset;
import io.edgeai.federated.data.SyntheticData;
import io.edgeai.federated.privacy.Clipping;
import io.edgeai.federated.privacy.Mechanism;
import io.edgeai.federated.privacy.Privacy;
import io.edgeai.federated.privacy.PrivacyAccountant;
import io.edgeai.federated.secagg.SecureAggregation;
import io.edgeai.federated.selection.Selection;
import io.edgeai.federated.strategy.Aggregator;
import io.edgeai.federated.strategy.ClientAlgorithm;
import io.edgeai.federated.strategy.Strategies;
import io.edgeai.federated.strategy.Weighting;
import io.edgeai.federated.training.DenseNetwork;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProtectedFederationTest {
    private static final FederatedDataset DATA = SyntheticData.generate(40, 12, 3, 0, 0, 5);

    private static FederatedCoordinator.Builder plan() {
        return FederatedCoordinator.builder()
                .model(DenseNetwork.softmax(12, 3))
                .data(DATA)
                .learningRate(0.05)
                .rounds(4)
                .seed(9);
    }

    private static Privacy privacy() {
        return Privacy.epsilon(6, 1e-3).sampling(0.5).insecureSeed(4);
    }

    @Test
    void everyRoundSaysWhatWasSpentAndTheLastSpendsTheBudget() {
        List<RoundResult> rounds =
                plan().privacy(privacy()).rounds(8).build().run().rounds();

        double before = 0;
        for (RoundResult round : rounds) {
            assertThat(round.epsilon()).isGreaterThan(before);
            before = round.epsilon();
        }
        assertThat(before).isBetween(5.99, 6.0);
        assertThat(plan().build().run().rounds().get(0).epsilon()).isNaN();
    }

    @Test
    void epsilonIsTheAccountantsForTheNoiseAsked() {
        List<RoundResult> rounds = plan().privacy(privacy().noise(3).accountant(PrivacyAccountant.rdp()))
                .build()
                .run()
                .rounds();

        for (RoundResult round : rounds) {
            assertThat(round.epsilon())
                    .isEqualTo(PrivacyAccountant.rdp().epsilon(Mechanism.poisson(0.5, 3), round.round(), 1e-3));
        }
    }

    /** With a budget that hardly limits anything, and a norm that hardly clips, a private run is a plain one. */
    @Test
    void hardlyAnyNoiseIsHardlyAnyDifference() {
        float[] plain = plan().strategy(Strategies.fedAvg().weighting(Weighting.uniform()))
                .selection(Selection.all())
                .build()
                .run()
                .parameters();

        float[] guarded = plan().strategy(Strategies.fedAvg())
                .selection(Selection.all())
                .privacy(Privacy.epsilon(1000, 1e-3)
                        .clipping(Clipping.flat(5))
                        .noise(0.1)
                        .insecureSeed(1))
                .build()
                .run()
                .parameters();

        for (int i = 0; i < plain.length; i++) {
            // Four rounds of 0.1 · 5 / 40 each, four standard deviations.
            assertThat(guarded[i]).isCloseTo(plain[i], within(4 * 0.0125f * 2));
        }
    }

    @Test
    void secureSumsAreThePlainMeanUpToTheirGranularity() {
        float[] plain = plan().strategy(Strategies.fedAvg().weighting(Weighting.uniform()))
                .selection(Selection.count(6))
                .build()
                .run()
                .parameters();

        float[] secure = plan().strategy(Strategies.fedAvg())
                .selection(Selection.count(6))
                .secureAggregation()
                .build()
                .run()
                .parameters();

        for (int i = 0; i < plain.length; i++) {
            assertThat(secure[i]).isCloseTo(plain[i], within(1e-5f));
        }
    }

    @Test
    void securelyAddedUpdatesOfThoseThatFailAreLeftOut() {
        FederatedCoordinator.Builder plan = FederatedCoordinator.builder()
                .model(DenseNetwork.softmax(2, 2))
                .selection(Selection.all())
                .rounds(1)
                .secureAggregation(SecureAggregation.of(3));
        for (int i = 0; i < 5; i++) {
            float change = i;
            plan.participant(FederatedParticipant.of("p" + i, 10, task -> {
                if (change == 2) {
                    throw new IllegalStateException("lost");
                }
                float[] parameters = task.parameters();
                parameters[0] += change;
                return Update.of(parameters, 10);
            }));
        }
        float start = DenseNetwork.softmax(2, 2).initialParameters(Seeds.mix(1, 0, 0))[0];

        FederatedRun run = plan.build().run();

        assertThat(run.parameters()[0] - start).isCloseTo((0 + 1 + 3 + 4) / 4f, within(1e-4f));
        assertThat(run.rounds().get(0).failures()).hasSize(1);
    }

    @Test
    void fewerSurvivorsThanAgreedGiveNoSum() {
        assertThatThrownBy(() -> plan().strategy(Strategies.fedAvg())
                        .selection(Selection.count(3))
                        .secureAggregation(SecureAggregation.of(4))
                        .build()
                        .run())
                .isInstanceOf(QuorumNotReachedException.class)
                .hasMessageContaining("secure aggregation has (3)");
    }

    @Test
    void noiseOfManyParticipantsInASecureSumIsAsMuchAsAsked() {
        FederatedCoordinator.Builder plan = FederatedCoordinator.builder()
                .model(DenseNetwork.softmax(2000, 2))
                .selection(Selection.all())
                .rounds(1)
                .privacy(Privacy.epsilon(100, 1e-3)
                        .noise(2)
                        .noiseBy(Privacy.Noise.DISTRIBUTED)
                        .insecureSeed(8))
                .secureAggregation(SecureAggregation.of(6));
        for (int i = 0; i < 6; i++) {
            plan.participant(FederatedParticipant.of("p" + i, 10, task -> Update.of(task.parameters(), 10)));
        }
        float[] start = DenseNetwork.softmax(2000, 2).initialParameters(Seeds.mix(1, 0, 0));

        float[] end = plan.build().run().parameters();

        double squares = 0;
        for (int i = 0; i < end.length; i++) {
            squares += Math.pow(end[i] - start[i], 2);
        }
        assertThat(Math.sqrt(squares / end.length)).isCloseTo(2 / 6.0, within(0.02));
    }

    @Test
    void aLedgerOutlivesItsRunAndRefusesTheNext(@TempDir Path dir) {
        Privacy privacy = privacy().ledger(dir.resolve("ledger"));
        plan().privacy(privacy).build().run();

        assertThatThrownBy(() -> plan().privacy(privacy).build().run())
                .isInstanceOf(PrivacyBudgetExceededException.class)
                .hasMessageContaining("budget of 6.0");
    }

    @Test
    void aRoundOfNobodyIsReleasedToo() {
        FederatedRun run = plan().privacy(privacy().sampling(0.001).noise(0.5))
                .rounds(3)
                .build()
                .run();

        assertThat(run.rounds()).hasSize(3);
        assertThat(run.rounds().get(2).selected()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"f32, 32, 1e-6", "f16, 16, 1e-3", "int8, 8.25, 0.02", "sign, 1.25, 0.5"})
    void compressedUpdatesAreSmallerAndLeadToTheSameModel(String name, double bits, float tolerance) {
        Codec codec =
                switch (name) {
                    case "f32" -> Codec.f32();
                    case "f16" -> Codec.f16();
                    case "int8" -> Codec.int8();
                    default -> Codec.sign();
                };
        float[] plain = plan().selection(Selection.all()).build().run().parameters();

        FederatedRun run =
                plan().selection(Selection.all()).compression(codec).build().run();

        int values = 12 * 3 + 3;
        assertThat(run.rounds().get(0).bytesUp())
                .isEqualTo(40L * (12 + (long) Math.ceil(values * bits / 8)) + padding(name));
        for (int i = 0; i < plain.length; i++) {
            assertThat(run.parameters()[i]).isCloseTo(plain[i], within(tolerance));
        }
    }

    /** A single block of 39 values has a whole scale of 2 bytes, of which 39/64 are in the bits a value. */
    private static long padding(String name) {
        return switch (name) {
            case "int8" -> 40L * (2 + 39 - (long) Math.ceil(39 * 8.25 / 8));
            case "sign" -> 40L * (2 + 5 - (long) Math.ceil(39 * 1.25 / 8));
            default -> 0;
        };
    }

    @Test
    void whatExcludesEachOtherIsListedAtOnce() {
        assertThatThrownBy(() -> plan().strategy(Strategies.fedProxAdaptive().aggregator(Aggregator.krum(0.2)))
                        .selection(Selection.count(5))
                        .compression(Codec.int8())
                        .secureAggregation()
                        .privacy(privacy().noise(0.1))
                        .build())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("fedprox(adaptive) sends besides parameters")
                .hasMessageContaining("krum(0.2) looks at single updates")
                .hasMessageContaining("a selection excludes sampling (0.5)")
                .hasMessageContaining("keeps only 0 of 4 rounds")
                .hasMessageContaining("int8 cannot be added up unseen");
        assertThatThrownBy(() -> plan().privacy(privacy().noiseBy(Privacy.Noise.DISTRIBUTED))
                        .build())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("maybe add secureAggregation()");
        assertThatThrownBy(() -> plan().strategy(Strategies.fedAvg().client(ClientAlgorithm.scaffold()))
                        .secureAggregation()
                        .build())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("scaffold");
        assertThatThrownBy(() -> plan().protection(new RoundProtection() {})
                        .secureAggregation()
                        .build())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("protection(..) excludes");
    }
}
