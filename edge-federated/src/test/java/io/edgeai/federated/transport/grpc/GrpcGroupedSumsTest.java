package io.edgeai.federated.transport.grpc;

import static java.util.concurrent.TimeUnit.MINUTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.edgeai.core.remote.TlsFiles;
import io.edgeai.federated.FederatedCoordinator;
import io.edgeai.federated.FederatedParticipant;
import io.edgeai.federated.FederatedRun;
import io.edgeai.federated.RoundRules;
import io.edgeai.federated.Update;
import io.edgeai.federated.secagg.Identities;
import io.edgeai.federated.secagg.SecureAggregation;
import io.edgeai.federated.selection.Selection;
import io.edgeai.federated.strategy.Aggregator;
import io.edgeai.federated.strategy.Strategies;
import io.edgeai.federated.training.DenseNetwork;
import io.edgeai.federated.transport.Conditions;
import io.edgeai.federated.transport.Roster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Six sites behind sockets in three groups; one of them sends what breaks any mean. */
@Timeout(600)
class GrpcGroupedSumsTest {
    private static final int CROWD = 6;

    @TempDir
    private Path pem;

    @Test
    void onePoisonedSiteSpoilsItsGroupOnly() throws Exception {
        Certificates certificates = new Certificates(pem);
        TlsFiles server = certificates.make("coordinator");
        List<TlsFiles> own = new ArrayList<>();
        for (int k = 0; k < CROWD; k++) {
            own.add(certificates.make("p" + k));
        }
        Path trusted = certificates.together(own);
        List<GrpcParticipant> sites = new ArrayList<>();
        try (GrpcCoordinator door = GrpcCoordinator.builder()
                .tls(server.andTrusting(trusted))
                .goodbye(Duration.ofMinutes(2))
                .roster(Roster.ofCertificates(trusted))
                .start()) {
            for (int k = 0; k < CROWD; k++) {
                float step = k == 2 ? -1000 : 1 + k / 100f;
                sites.add(GrpcParticipant.builder()
                        .port(door.port())
                        .tls(own.get(k).andTrusting(server.certificates()))
                        .participant(FederatedParticipant.of("p" + k, 5, task -> {
                            float[] parameters = task.parameters();
                            for (int i = 0; i < parameters.length; i++) {
                                parameters[i] += step;
                            }
                            return Update.of(parameters, 5);
                        }))
                        .conditions(new Conditions(2, 0))
                        .roster(
                                Roster.ofCertificates(trusted),
                                Identities.signer(own.get(k).key()))
                        .pauses(Duration.ofMillis(20), Duration.ofMillis(200))
                        .patience(Duration.ofMinutes(5))
                        .start());
                int expected = k + 1;
                await().atMost(2, MINUTES).until(() -> door.connected() == expected);
            }
            FederatedRun run = FederatedCoordinator.builder()
                    .model(DenseNetwork.softmax(2, 2))
                    .initialParameters(new float[6])
                    .strategy(Strategies.fedAvg().aggregator(Aggregator.coordinateMedian()))
                    .selection(Selection.all())
                    .rules(RoundRules.defaults().minimumReports(CROWD))
                    .secureAggregation(SecureAggregation.of(2).grouped(2))
                    .population(door.population())
                    .rounds(4)
                    .build()
                    .run();
            door.finish();
            // The spoilt group has the least mean, so each median is the lesser mean of two honest groups: 1.00 to
            // 1.05.
            for (float value : run.lastParameters()) {
                assertThat(value).isBetween(4 * 1.0f, 4 * 1.05f);
            }
            assertThat(run.rounds()).allMatch(round -> round.reported() == CROWD);
            sites.forEach(GrpcParticipant::await);
        } finally {
            sites.forEach(GrpcParticipant::close);
        }
    }
}
