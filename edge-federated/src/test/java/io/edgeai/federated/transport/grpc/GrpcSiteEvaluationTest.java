package io.edgeai.federated.transport.grpc;

import static java.util.concurrent.TimeUnit.MINUTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.edgeai.core.remote.TlsFiles;
import io.edgeai.federated.FederatedCoordinator;
import io.edgeai.federated.FederatedParticipant;
import io.edgeai.federated.FederatedRun;
import io.edgeai.federated.FederatedScores;
import io.edgeai.federated.RoundRules;
import io.edgeai.federated.Samples;
import io.edgeai.federated.SiteEvaluation;
import io.edgeai.federated.codec.Codec;
import io.edgeai.federated.data.LabelledSet;
import io.edgeai.federated.data.ParticipantData;
import io.edgeai.federated.evaluation.FederatedEvaluation;
import io.edgeai.federated.evaluation.SiteFigures;
import io.edgeai.federated.secagg.Identities;
import io.edgeai.federated.secagg.SecureAggregation;
import io.edgeai.federated.selection.Selection;
import io.edgeai.federated.strategy.Strategies;
import io.edgeai.federated.training.DenseNetwork;
import io.edgeai.federated.transport.Conditions;
import io.edgeai.federated.transport.Roster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Participants behind sockets with certificates measure models, against what they say of the same model in process. */
@Timeout(600)
class GrpcSiteEvaluationTest {
    private static final int CROWD = 4;
    private static List<TlsFiles> own;
    private static TlsFiles server;
    private static Path trusted;

    private final DenseNetwork network = DenseNetwork.softmax(5, 3);
    private final List<GrpcParticipant> sites = new ArrayList<>();

    @BeforeAll
    static void certificates(@TempDir Path pem) throws Exception {
        Certificates certificates = new Certificates(pem);
        server = certificates.make("coordinator");
        own = new ArrayList<>();
        for (int k = 0; k < CROWD; k++) {
            own.add(certificates.make("p" + k));
        }
        trusted = certificates.together(own);
    }

    @AfterEach
    void leave() {
        sites.forEach(GrpcParticipant::close);
    }

    /** The last one keeps nothing to measure on where {@code idle} says so. */
    private FederatedParticipant participant(int k, boolean idle) {
        LabelledSet all = Samples.clouds(40, 5, 3, 50 + k);
        return FederatedParticipant.training(
                network,
                new ParticipantData(
                        "p" + k, all.range(0, 20), all.range(20, idle && k == CROWD - 1 ? 20 : 24 + 4 * k)));
    }

    private FederatedCoordinator.Builder federation() {
        return FederatedCoordinator.builder()
                .model(network)
                .strategy(Strategies.fedAvg())
                .selection(Selection.all())
                .rules(RoundRules.defaults().minimumReports(CROWD))
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

    private GrpcParticipant.Builder site(GrpcCoordinator door, int k, FederatedParticipant participant) {
        return GrpcParticipant.builder()
                .port(door.port())
                .tls(own.get(k).andTrusting(server.certificates()))
                .participant(participant)
                .pauses(Duration.ofMillis(20), Duration.ofMillis(200))
                .patience(Duration.ofMinutes(5));
    }

    private void joined(GrpcCoordinator door, GrpcParticipant.Builder site) {
        sites.add(site.start());
        int expected = sites.size();
        await().atMost(2, MINUTES).until(() -> door.connected() == expected);
    }

    private FederatedEvaluation each(float[] parameters, boolean idle) {
        List<FederatedParticipant> crowd = new ArrayList<>();
        for (int k = 0; k < CROWD; k++) {
            crowd.add(participant(k, idle));
        }
        return FederatedScores.of(() -> List.copyOf(crowd), parameters);
    }

    private static SiteFigures last(FederatedRun run) {
        return Objects.requireNonNull(run.rounds().get(2).sites());
    }

    @Test
    void scoresAreThoseOfTheModelThatWasSent() {
        try (GrpcCoordinator door = door()) {
            for (int k = 0; k < CROWD; k++) {
                joined(door, site(door, k, participant(k, true)));
            }
            FederatedRun run = federation()
                    .siteEvaluation(SiteEvaluation.every(2).minimumReports(3))
                    .population(door.population())
                    .build()
                    .run();
            door.finish();
            FederatedEvaluation expected = each(run.parameters(), true);
            assertThat(last(run).scores()).isEqualTo(expected.scores());
            assertThat(last(run).accuracy()).isEqualTo(expected.accuracy());
            assertThat(last(run).missing()).hasSize(1).allSatisfy(one -> {
                assertThat(one.participant()).isEqualTo("p3");
                assertThat(one.reason()).contains("keeps no samples to evaluate on");
            });
            assertThat(run.rounds().get(0).sites()).isNull();
            assertThat(run.rounds().get(1).sites()).isNotNull();
            sites.forEach(GrpcParticipant::await);
        }
    }

    @Test
    void inASecureSumNobodyHearsASingleScore() {
        try (GrpcCoordinator door = door()) {
            for (int k = 0; k < CROWD; k++) {
                joined(
                        door,
                        site(door, k, participant(k, true))
                                .conditions(new Conditions(3, 0))
                                .roster(
                                        Roster.ofCertificates(trusted),
                                        Identities.signer(own.get(k).key())));
            }
            FederatedRun run = federation()
                    .siteEvaluation(SiteEvaluation.every(1))
                    .secureAggregation(SecureAggregation.of(3))
                    .models(Codec.f32())
                    .population(door.population())
                    .build()
                    .run();
            door.finish();
            FederatedEvaluation expected = each(run.parameters(), true);
            SiteFigures figures = last(run);
            assertThat(figures.problem()).isEmpty();
            assertThat(figures.summed()).isTrue();
            assertThat(figures.reported()).isEqualTo(CROWD - 1);
            assertThat(figures.samples()).isEqualTo(4 + 8 + 12);
            assertThat(figures.accuracy()).isCloseTo(expected.accuracy(), within(1e-9));
            assertThat(figures.loss()).isCloseTo(expected.loss(), within(1e-4));
            assertThat(figures.scores()).isEmpty();
            assertThat(figures.missing())
                    .extracting(SiteFigures.Missing::participant)
                    .containsExactly("p3");
            // Rounds went on as before, with everybody in each sum.
            assertThat(run.rounds()).allMatch(round -> round.reported() == CROWD);
            sites.forEach(GrpcParticipant::await);
        }
    }

    /** Its own conditions hold for what it measured too. */
    @Test
    void whoWantsSumsOnlySaysNothingByItself() {
        try (GrpcCoordinator door = door()) {
            for (int k = 0; k < CROWD; k++) {
                FederatedParticipant inner = participant(k, false);
                joined(door, site(door, k, inner).conditions(k == 0 ? new Conditions(3, 0) : Conditions.none()));
            }
            FederatedRun run = federation()
                    .rules(RoundRules.defaults().minimumReports(CROWD - 1))
                    .siteEvaluation(SiteEvaluation.every(3))
                    .population(door.population())
                    .build()
                    .run();
            door.finish();
            assertThat(last(run).reported()).isEqualTo(CROWD - 1);
            assertThat(last(run).missing().get(0).participant()).isEqualTo("p0");
            assertThat(last(run).missing().get(0).reason()).contains("this participant asks for 3");
        }
    }
}
