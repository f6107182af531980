package io.edgeai.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.federated.FederatedRun;
import io.edgeai.federated.data.FederatedDataset;
import io.edgeai.federated.data.SyntheticData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The rounds that are timed are those of one process, to the bit. */
@Timeout(120)
class FederationLoopbackTest {
    @Test
    void overConnectionsTheModelIsTheOneOfOneProcess() throws InterruptedException {
        FederatedDataset users = SyntheticData.generate(14, 12, 3, 1, 1, 5);
        FederatedRun inProcess =
                FederationCost.federation(users, 4).data(users).build().run();

        FederationLoopback.Cost cost = FederationLoopback.measure(users, 4, null);

        assertThat(cost.run().lastParameters()).isEqualTo(inProcess.lastParameters());
        assertThat(cost.run().rounds()).hasSize(4).allMatch(round -> round.reported() == 10);
        assertThat(cost.rounds()).isPositive();
        assertThat(cost.toString()).startsWith("| 14 connections | connecting ").contains("| 4 rounds ");
    }
}
