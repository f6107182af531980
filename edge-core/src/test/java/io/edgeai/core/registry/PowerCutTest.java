package io.edgeai.core.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PowerCutTest {
    private static final long SEED = 20_261_127L;

    /** Writes within, across and past the end, and lengths that shrink and grow. */
    @Test
    void manyChangesAtOnceAreAsOneAfterTheOther() {
        Random random = new Random(SEED);
        for (int round = 0; round < 5000; round++) {
            byte[] before = new byte[random.nextInt(20)];
            random.nextBytes(before);
            List<PowerCut.Change> changes = new ArrayList<>();
            byte[] wanted = before;
            for (int n = random.nextInt(6); n > 0; n--) {
                byte[] bytes = new byte[random.nextInt(3) == 0 ? 0 : 1 + random.nextInt(10)];
                random.nextBytes(bytes);
                PowerCut.Change change = new PowerCut.Change(random.nextInt(30), bytes);
                changes.add(change);
                wanted = change.on(wanted);
            }
            assertThat(PowerCut.applied(before, changes))
                    .as("round %d, seed %d", round, SEED)
                    .isEqualTo(wanted);
        }
    }
}
