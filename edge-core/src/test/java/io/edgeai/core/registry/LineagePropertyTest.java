package io.edgeai.core.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.VersionRef;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random families against a search that knows only each version's parent. */
class LineagePropertyTest {
    @TempDir
    Path home;

    private static VersionRef original(VersionRef ref, Map<VersionRef, ModelVersion> all) {
        VersionRef next = ref;
        while (all.get(next).parent().isPresent()) {
            next = all.get(next).parent().get();
        }
        return next;
    }

    private static int depth(VersionRef ref, Map<VersionRef, ModelVersion> all) {
        return all.get(ref).parent().map(parent -> 1 + depth(parent, all)).orElse(0);
    }

    private static Map<VersionRef, ModelVersion> byRef(Collection<ModelVersion> versions) {
        Map<VersionRef, ModelVersion> map = new TreeMap<>();
        versions.forEach(version -> map.put(version.ref(), version));
        return map;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void aTreeHoldsAllOfOneOriginalAndNothingElse(long seed) {
        Random random = new Random(seed);
        try (EdgeModelRegistry registry = RandomFamilies.open(home)) {
            List<VersionRef> refs = RandomFamilies.fill(registry, random, 18);
            Map<VersionRef, ModelVersion> all = byRef(registry.search(VersionQuery.all()));
            assertThat(all).as("seed " + seed).hasSize(refs.size());
            for (VersionRef ref : refs) {
                LineageGraph graph = registry.lineageGraph(ref);
                VersionRef root = original(ref, all);
                TreeSet<VersionRef> family = new TreeSet<>(refs);
                family.removeIf(other -> !original(other, all).equals(root));
                assertThat(graph.root()).as("seed %d, %s", seed, ref).isEqualTo(root);
                assertThat(graph.versions().keySet())
                        .as("seed %d, %s", seed, ref)
                        .isEqualTo(family);
                assertText(graph.text(), family, all, "seed " + seed + ", " + ref);
            }
        }
    }

    /** Each version once, indented by its depth, its parent the last line above it that is less deep. */
    private static void assertText(
            String text, Set<VersionRef> family, Map<VersionRef, ModelVersion> all, String context) {
        List<VersionRef> above = new ArrayList<>();
        TreeSet<VersionRef> seen = new TreeSet<>();
        for (String line : text.lines().toList()) {
            String name = line.strip().split(" ", 2)[0];
            VersionRef ref = family.stream()
                    .filter(one -> one.toString().equals(name))
                    .findFirst()
                    .orElseThrow();
            int depth = (line.length() - line.stripLeading().length()) / 2;
            assertThat(depth).as("%s: %s", context, line).isEqualTo(depth(ref, all));
            above = new ArrayList<>(above.subList(0, depth));
            if (depth > 0) {
                assertThat(all.get(ref).parent()).as("%s: %s", context, line).contains(above.get(depth - 1));
                assertThat(line).as(context).endsWith(" " + all.get(ref).derivation());
            }
            above.add(ref);
            assertThat(seen.add(ref)).as("%s: once only: %s", context, line).isTrue();
        }
        assertThat(seen).as(context).isEqualTo(family);
    }

    @ParameterizedTest
    @ValueSource(longs = {5, 6})
    void aComparisonIsTheMirrorOfItsReverse(long seed) {
        Random random = new Random(seed);
        try (EdgeModelRegistry registry = RandomFamilies.open(home)) {
            List<VersionRef> refs = RandomFamilies.fill(registry, random, 12);
            for (VersionRef left : refs) {
                for (VersionRef right : refs) {
                    List<VersionComparison.Difference> there =
                            registry.compare(left, right).differences();
                    assertThat(registry.compare(right, left).differences())
                            .as("seed %d, %s and %s", seed, left, right)
                            .isEqualTo(there.stream()
                                    .map(one -> new VersionComparison.Difference(one.what(), one.right(), one.left()))
                                    .toList());
                    assertThat(there).as("seed %d", seed).allMatch(one -> !one.left()
                            .equals(one.right()));
                    ModelVersion a = registry.get(left);
                    ModelVersion b = registry.get(right);
                    assertThat(there.stream().anyMatch(one -> one.what().equals("SHA-256")))
                            .as("seed %d, %s and %s", seed, left, right)
                            .isEqualTo(!a.digest().equals(b.digest()));
                    assertThat(there.stream().filter(one -> one.what().startsWith("tag ")))
                            .as("seed %d, %s and %s", seed, left, right)
                            .hasSize(differingTags(a.tags(), b.tags()));
                }
            }
        }
    }

    private static int differingTags(Map<String, String> left, Map<String, String> right) {
        int count = 0;
        TreeSet<String> keys = new TreeSet<>(left.keySet());
        keys.addAll(right.keySet());
        for (String key : keys) {
            boolean same = left.containsKey(key) == right.containsKey(key)
                    && left.getOrDefault(key, "").equals(right.getOrDefault(key, ""));
            count += same ? 0 : 1;
        }
        return count;
    }
}
