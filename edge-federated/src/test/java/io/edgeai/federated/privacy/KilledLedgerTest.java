package io.edgeai.federated.privacy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A ledger whose process is killed by SIGKILL while it spends, three times over. */
@Timeout(120)
class KilledLedgerTest {
    private static final PrivacyBudget BUDGET = new PrivacyBudget(500, 1e-6);
    private static final Releases ROUND = new Releases(Mechanism.gaussian(1000), 1);
    private static final long SEED = 9;

    @TempDir
    Path dir;

    /** Spends until it is killed, and says so each time. */
    static final class Spender {
        private Spender() {}

        public static void main(String[] args) {
            try (PrivacyLedger ledger = open(Path.of(args[0]))) {
                for (int i = 0; i < 1_000_000; i++) {
                    ledger.spend(ROUND);
                    System.out.println("spent");
                    System.out.flush();
                }
            }
        }
    }

    private static PrivacyLedger open(Path file) {
        return PrivacyLedger.open(file, BUDGET, PrivacyAccountant.rdp());
    }

    /** What was acknowledged is entered; beyond it at most the one release that the kill came upon. */
    @Test
    void whatWasAcknowledgedIsEnteredAndAtMostOneMore() throws IOException, InterruptedException {
        SplittableRandom random = new SplittableRandom(SEED);
        Path file = dir.resolve("ledger");
        long before = 0;
        for (int kill = 0; kill < 3; kill++) {
            int acknowledged = spendAndKill(file, 1 + random.nextInt(60));
            try (PrivacyLedger ledger = open(file)) {
                long entered = ledger.spent().get(0).count();
                assertThat(entered - before)
                        .as("kill %s, seed %s", kill, SEED)
                        .isBetween((long) acknowledged, acknowledged + 1L);
                assertThat(ledger.epsilon())
                        .isEqualTo(PrivacyAccountant.rdp().epsilon(ROUND.mechanism(), entered, BUDGET.delta()));
                before = entered;
            }
        }
    }

    /** @return how many releases were acknowledged, those after the kill was sent too */
    private static int spendAndKill(Path file, int least) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:TieredStopAtLevel=1",
                        "-Xshare:auto",
                        Spender.class.getName(),
                        file.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment()
                .putAll(Map.of(
                        "CLASSPATH",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))));
        Process process = builder.start();
        int acknowledged = 0;
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII))) {
            while (acknowledged < least && "spent".equals(lines.readLine())) {
                acknowledged++;
            }
            process.toHandle().destroyForcibly();
            while ("spent".equals(lines.readLine())) {
                acknowledged++;
            }
        }
        process.waitFor();
        return acknowledged;
    }
}
