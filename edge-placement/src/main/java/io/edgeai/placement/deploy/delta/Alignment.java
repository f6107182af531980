package io.edgeai.placement.deploy.delta;

import io.edgeai.placement.deploy.delta.TensorExtents.Extent;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Which bytes of the base each stretch of the target is compared with: tensors of one name and one length with each
 * other, wherever they moved to; what lies between them with the bytes after the tensor before, which is where a
 * header that did not change stands.
 */
final class Alignment {
    private Alignment() {}

    /** {@code length} bytes of the target, compared with the base from {@code base} on. */
    record Stretch(long length, long base) {}

    static List<Stretch> of(FileChannel base, FileChannel target) throws IOException {
        Map<String, Extent> old = TensorExtents.of(base);
        List<Map.Entry<String, Extent>> tensors = TensorExtents.of(target).entrySet().stream()
                .filter(named -> old.containsKey(named.getKey())
                        && old.get(named.getKey()).length() == named.getValue().length())
                .sorted(Comparator.comparingLong(named -> named.getValue().start()))
                .toList();
        List<Stretch> stretches = new ArrayList<>();
        long at = 0;
        long shift = 0;
        for (Map.Entry<String, Extent> named : tensors) {
            Extent here = named.getValue();
            Extent there = old.getOrDefault(named.getKey(), here);
            add(stretches, here.start() - at, at + shift);
            add(stretches, here.length(), there.start());
            at = here.start() + here.length();
            shift = there.start() - here.start();
        }
        add(stretches, target.size() - at, at + shift);
        return stretches;
    }

    private static void add(List<Stretch> stretches, long length, long base) {
        if (length > 0) {
            stretches.add(new Stretch(length, base));
        }
    }
}
