package io.edgeai.monitor.drift;

import io.edgeai.monitor.stat.ContingencyTest;
import io.edgeai.monitor.stat.Distances;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The test of one column of names; levels that only one side has count like all others. */
final class CategoricalTest {
    private CategoricalTest() {}

    static ColumnDrift compare(Column reference, Column current, int draws, long seed) {
        Map<String, Integer> index = new HashMap<>();
        reference.levels().forEach(level -> index.putIfAbsent(level, index.size()));
        current.levels().forEach(level -> index.putIfAbsent(level, index.size()));
        int[] before = count(reference.levels(), index);
        int[] now = count(current.levels(), index);
        boolean enough = reference.size() >= NumericTest.MIN_VALUES && current.size() >= NumericTest.MIN_VALUES;
        return new ColumnDrift(
                reference.name(),
                true,
                reference.size(),
                current.size(),
                enough ? ContingencyTest.pValue(before, now, draws, seed) : Double.NaN,
                Double.NaN,
                false,
                Double.NaN,
                Double.NaN,
                enough ? StabilityIndex.ofCounts(before, now) : Double.NaN,
                Double.NaN,
                Double.NaN,
                enough
                        ? new EffectSizes(
                                Double.NaN,
                                Distances.jensenShannon(before, now),
                                unseenShare(before, now),
                                EffectSizes.minimumDetectable(reference.size(), current.size()))
                        : EffectSizes.NONE);
    }

    private static double unseenShare(int[] before, int[] now) {
        double unseen = 0;
        double all = 0;
        for (int i = 0; i < now.length; i++) {
            all += now[i];
            unseen += before[i] == 0 ? now[i] : 0;
        }
        return unseen / all;
    }

    private static int[] count(List<String> levels, Map<String, Integer> index) {
        int[] counts = new int[index.size()];
        for (String level : levels) {
            counts[index.getOrDefault(level, 0)]++;
        }
        return counts;
    }
}
