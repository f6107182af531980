package io.edgeai.core.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Tables of hashes hold what the JDK's collections hold. */
class HashTablesPropertyTest {
    private static final long SEED = 20_261_127;

    @Test
    void theyAgreeWithTheJdk() {
        Random random = new Random(SEED);
        for (int round = 0; round < 20; round++) {
            SeenHashes seen = new SeenHashes();
            Set<Long> met = new HashSet<>();
            LongTable table = new LongTable();
            Map<String, Long> numbers = new HashMap<>();
            int names = 1 + random.nextInt(3000);
            for (int i = 0; i < 2 * names; i++) {
                String name = "n" + random.nextInt(names);
                long hash = random.nextInt(10) == 0 ? random.nextInt(3) : NameHashes.of(name);
                assertThat(seen.add(hash)).as("round %d, seed %d", round, SEED).isEqualTo(met.add(hash));
                table.put(NameHashes.of(name), i);
                numbers.put(name, (long) i);
            }
            for (int i = 0; i < names; i++) {
                String name = "n" + i;
                assertThat(table.get(NameHashes.of(name), -1)).isEqualTo(numbers.getOrDefault(name, -1L));
            }
        }
    }

    @Test
    void namesAreMarkedOnceTheyAreMet() {
        NameHashes names = new NameHashes();
        for (int i = 0; i < 1000; i++) {
            names.add(NameHashes.of("n" + i));
        }
        for (int i = 0; i < 2000; i += 2) {
            names.mark(NameHashes.of("n" + i));
        }
        for (int i = 0; i < 2000; i++) {
            long hash = NameHashes.of("n" + i);
            assertThat(names.contains(hash)).isEqualTo(i < 1000);
            assertThat(names.unmarked(hash)).as("n%d", i).isEqualTo(i < 1000 && i % 2 == 1);
        }
    }

    /** What was put is found again, before, in and behind what was let go. */
    @Test
    void aMemoForgetsWhatIsAskedOnly() {
        Random random = new Random(SEED);
        for (int round = 0; round < 50; round++) {
            PickleMemo memo = new PickleMemo();
            Map<Long, Object> kept = new HashMap<>();
            for (long key = 0; key < 300; key++) {
                Object value = random.nextInt(4) == 0 ? new PickleValues.Global("g" + key) : Long.valueOf(key);
                memo.put(key, value);
                kept.put(key, value);
                if (random.nextInt(20) == 0) {
                    int from = random.nextInt((int) key + 1);
                    memo.forget(from, null);
                    kept.entrySet()
                            .removeIf(entry ->
                                    entry.getKey() >= from && !(entry.getValue() instanceof PickleValues.Global));
                }
            }
            for (long key = 0; key < 310; key++) {
                assertThat(memo.get(key))
                        .as("key %d, round %d, seed %d", key, round, SEED)
                        .isEqualTo(kept.get(key));
            }
        }
    }
}
