package io.edgeai.federated.transport.grpc;

import static java.util.concurrent.TimeUnit.MINUTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.edgeai.core.error.QuorumNotReachedException;
import io.edgeai.core.remote.TlsFiles;
import io.edgeai.federated.FederatedCoordinator;
import io.edgeai.federated.FederatedParticipant;
import io.edgeai.federated.FederatedRun;
import io.edgeai.federated.RoundResult;
import io.edgeai.federated.Samples;
import io.edgeai.federated.codec.Codec;
import io.edgeai.federated.data.FederatedDataset;
import io.edgeai.federated.data.Partitioner;
import io.edgeai.federated.privacy.Privacy;
import io.edgeai.federated.secagg.Identities;
import io.edgeai.federated.secagg.SecureAggregation;
import io.edgeai.federated.selection.Selection;
import io.edgeai.federated.strategy.Strategies;
import io.edgeai.federated.strategy.Weighting;
import io.edgeai.federated.training.DenseNetwork;
import io.edgeai.federated.transport.Conditions;
import io.edgeai.federated.transport.ParticipantRefusedException;
import io.edgeai.federated.transport.RefusalReason;
import io.edgeai.federated.transport.Roster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Codecs, secure sums and noise over sockets with certificates, against the same rounds in process. */
@Timeout(600)
class GrpcPrivateFederationTest {
    private static final int CROWD = 3;

    private static final FederatedDataset DATA =
            FederatedDataset.partition(Samples.clouds(160, 5, 3, 21), Partitioner.dirichlet(1), CROWD, 21);
    private static List<TlsFiles> own;
    private static TlsFiles server;
    private static Path trusted;

    @TempDir
    Path folder;

    private final DenseNetwork network = DenseNetwork.mlp(5, 3, 8);
    private final List<GrpcParticipant> sites = new ArrayList<>();

    @BeforeAll
    static void certificates(@TempDir Path pem) throws Exception {
        Certificates certificates = new Certificates(pem);
        server = certificates.make("coordinator");
        own = new ArrayList<>();
        for (int k = 0; k < CROWD; k++) {
            own.add(certificates.make(DATA.participants().get(k).id()));
        }
        trusted = certificates.together(own);
    }

    @AfterEach
    void leave() {
        sites.forEach(GrpcParticipant::close);
    }

    private FederatedCoordinator.Builder federation() {
        return FederatedCoordinator.builder()
                .model(network)
                .strategy(Strategies.fedAvg().weighting(Weighting.uniform()))
                .selection(Selection.all())
                .localEpochs(2)
                .rounds(3)
                .seed(8);
    }

    private GrpcCoordinator door() {
        return GrpcCoordinator.builder()
                .tls(server.andTrusting(trusted))
                .goodbye(Duration.ofMinutes(2))
                .roster(Roster.ofCertificates(trusted))
                .start();
    }

    private GrpcParticipant.Builder site(GrpcCoordinator door, int k) {
        return GrpcParticipant.builder()
                .port(door.port())
                .tls(own.get(k).andTrusting(server.certificates()))
                .participant(FederatedParticipant.training(
                        network, DATA.participants().get(k)))
                .pauses(Duration.ofMillis(20), Duration.ofMillis(200))
                .patience(Duration.ofMinutes(5));
    }

    private GrpcParticipant.Builder secureSite(GrpcCoordinator door, int k) {
        return site(door, k)
                .roster(
                        Roster.ofCertificates(trusted),
                        Identities.signer(own.get(k).key()));
    }

    private void joined(GrpcCoordinator door, GrpcParticipant.Builder site) {
        sites.add(site.start());
        int expected = sites.size();
        await().atMost(2, MINUTES).until(() -> door.connected() == expected);
    }

    /** In process the same codecs work on the same numbers, so not a bit may differ. */
    @Test
    void inCodecsTheModelIsTheOneOfOneProcessToTheBit() {
        FederatedRun here = federation()
                .compression(Codec.int4(), 0.5)
                .models(Codec.int8())
                .data(DATA)
                .build()
                .run();
        try (GrpcCoordinator door = door()) {
            for (int k = 0; k < CROWD; k++) {
                joined(door, site(door, k));
            }
            FederatedRun there = federation()
                    .compression(Codec.int4(), 0.5)
                    .models(Codec.int8())
                    .population(door.population())
                    .build()
                    .run();
            assertThat(there.lastParameters()).isEqualTo(here.lastParameters());
            int parameters = network.layout().size();
            long blocks = (parameters + 63L) / 64;
            assertThat(there.rounds()).allSatisfy(round -> {
                assertThat(round.bytesUp()).isEqualTo(CROWD * (12L + (parameters + 1) / 2 + 2 * blocks));
                assertThat(round.bytesDown()).isEqualTo(CROWD * (12L + parameters + 2 * blocks));
            });
            door.finish();
        }
    }

    /**
     * A change is rounded to a unit of 8 · 3 / 2³¹ ≈ 1.1e-8, so after one round the mean differs by half of that and by what
     * float arithmetic adds.
     */
    @Test
    void aSecureSumIsTheMeanThatNobodySawThePartsOf() {
        FederatedRun seen = federation().rounds(1).data(DATA).build().run();
        try (GrpcCoordinator door = door()) {
            for (int k = 0; k < CROWD; k++) {
                joined(door, secureSite(door, k).conditions(new Conditions(3, 0)));
            }
            FederatedRun unseen = federation()
                    .rounds(1)
                    .secureAggregation(SecureAggregation.of(3))
                    .population(door.population())
                    .build()
                    .run();
            assertThat(unseen.lastParameters()).containsExactly(seen.lastParameters(), within(5e-7f));
            assertThat(unseen.rounds()).extracting(RoundResult::reported).containsExactly(CROWD);
            door.finish();
        }
        assertThat(sites).allSatisfy(site -> assertThat(site.finished()).succeedsWithin(Duration.ofMinutes(2)));
    }

    /**
     * In 8 bits the mean differs from the plain one by random rounding: a sixth of a unit's square for each value and
     * participant, whose unit is 4.5 · 2 / (√size · 127).
     */
    @Test
    void aCodedSumIsTheMeanUpToItsRounding() {
        FederatedRun seen = federation().rounds(1).data(DATA).build().run();
        SecureAggregation coded = SecureAggregation.of(3).coded(8, 1, 2);
        int size = network.layout().size();
        try (GrpcCoordinator door = door()) {
            for (int k = 0; k < CROWD; k++) {
                joined(door, secureSite(door, k).conditions(new Conditions(3, 0)));
            }
            FederatedRun unseen = federation()
                    .rounds(1)
                    .secureAggregation(coded)
                    .population(door.population())
                    .build()
                    .run();
            double unit = 4.5 * 2 / Math.sqrt(size) / 127;
            double squares = 0;
            for (int i = 0; i < size; i++) {
                squares += Math.pow(unseen.lastParameters()[i] - seen.lastParameters()[i], 2);
            }
            assertThat(Math.sqrt(squares)).isBetween(1e-5, 2 * unit * Math.sqrt(size / 6.0 / CROWD));
            int bits = 10; // 3 · 127 and a sign
            int length = coded.coding().length(size);
            assertThat(unseen.rounds().get(0).bytesUp()).isEqualTo(CROWD * (((long) length * bits + 7) / 8));
            door.finish();
        }
    }

    /** Each participant asks for noise of its own; the ledger says what the rounds cost, which the budget allows. */
    @Test
    void distributedNoiseIsSpentFromTheLedgerAndAskedForByParticipants() {
        Path ledger = folder.resolve("spent.ledger");
        Privacy privacy =
                Privacy.epsilon(8, 1e-4).noiseBy(Privacy.Noise.DISTRIBUTED).ledger(ledger);
        double multiplier = privacy.multiplier(3);
        try (GrpcCoordinator door = door()) {
            for (int k = 0; k < CROWD; k++) {
                joined(door, secureSite(door, k).conditions(new Conditions(3, multiplier)));
            }
            FederatedRun run = federation()
                    .secureAggregation(SecureAggregation.of(3))
                    .privacy(privacy)
                    .population(door.population())
                    .build()
                    .run();
            assertThat(run.rounds()).extracting(RoundResult::reported).containsExactly(CROWD, CROWD, CROWD);
            assertThat(run.rounds().get(2).epsilon()).isBetween(7.0, 8.0);
            assertThat(ledger).exists();

            FederatedCoordinator openly =
                    federation().population(door.population()).build();
            assertThatThrownBy(openly::run)
                    .isInstanceOf(QuorumNotReachedException.class)
                    .hasMessageContaining("this participant asks for 3");
            door.finish();
        }
    }

    @Test
    void localNoiseComesWithTheUpdateAndBelowTheMinimumThereIsNoSum() {
        Privacy local = Privacy.epsilon(8, 1e-4).noiseBy(Privacy.Noise.LOCAL);
        double deviation = local.multiplier(1) / CROWD * Math.sqrt(CROWD);
        try (GrpcCoordinator door = door()) {
            for (int k = 0; k < CROWD; k++) {
                joined(door, secureSite(door, k));
            }
            float[] start = new float[network.layout().size()];
            FederatedRun run = federation()
                    .rounds(1)
                    .initialParameters(start)
                    .privacy(local)
                    .population(door.population())
                    .build()
                    .run();
            double squares = 0;
            for (float value : run.lastParameters()) {
                squares += (double) value * value;
            }
            int n = start.length;
            // χ² of 75 degrees is below a third or above 7/3 of that once in 1e8; the mean change adds at most 1.
            assertThat(squares / (deviation * deviation)).isBetween(n / 3.0, 7 * n / 3.0 + 1);

            FederatedCoordinator tooFew = federation()
                    .secureAggregation(SecureAggregation.of(CROWD + 1))
                    .population(door.population())
                    .build();
            assertThatThrownBy(tooFew::run)
                    .isInstanceOf(QuorumNotReachedException.class)
                    .hasMessageContaining("has (3) participants left at KEYS, needs 4");
            door.finish();
        }
    }

    @Test
    void whoHasNoRosterIsRefusedFromSecureRounds() {
        try (GrpcCoordinator door = door()) {
            joined(door, site(door, 0));
            joined(door, secureSite(door, 1));
            joined(door, secureSite(door, 2));
            FederatedRun run = federation()
                    .rounds(1)
                    .secureAggregation(SecureAggregation.of(2))
                    .population(door.population())
                    .build()
                    .run();
            assertThat(run.rounds()).extracting(RoundResult::reported).containsExactly(2);
            assertThatThrownBy(sites.get(0)::await)
                    .isInstanceOfSatisfying(ParticipantRefusedException.class, refused -> assertThat(refused.reason())
                            .isEqualTo(RefusalReason.ABILITY))
                    .hasMessageContaining("[secagg]");
            door.finish();
        }
    }
}
