package io.edgeai.core.registry;

import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.VersionRef;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Everything that a version came from and everything that came from it, across models: a tree, since each version has at
 * most one parent. Erased versions are in it.
 *
 * @param root the original
 * @param versions all of them, by reference
 */
public record LineageGraph(VersionRef root, Map<VersionRef, ModelVersion> versions) {
    public LineageGraph {
        versions = java.util.Collections.unmodifiableMap(new TreeMap<>(versions));
    }

    static LineageGraph of(VersionRef ref, List<ModelVersion> chain, List<ModelVersion> all) {
        VersionRef root = chain.isEmpty() ? ref : chain.get(0).ref();
        Map<VersionRef, List<ModelVersion>> children = new TreeMap<>();
        for (ModelVersion version : all) {
            version.parent().ifPresent(parent -> children.computeIfAbsent(parent, key -> new java.util.ArrayList<>())
                    .add(version));
        }
        Map<VersionRef, ModelVersion> found = new TreeMap<>();
        chain.stream().findFirst().ifPresent(original -> found.put(root, original));
        Deque<VersionRef> open = new ArrayDeque<>(List.of(root));
        while (!open.isEmpty()) {
            for (ModelVersion child : children.getOrDefault(open.pop(), List.of())) {
                found.put(child.ref(), child);
                open.push(child.ref());
            }
        }
        return new LineageGraph(root, found);
    }

    /** The versions derived directly from one, sorted. */
    public List<ModelVersion> children(VersionRef ref) {
        return versions.values().stream()
                .filter(version -> version.parent().equals(Optional.of(ref)))
                .toList();
    }

    /** The tree as text, one version a line, each two spaces deeper than what it was made from. */
    public String text() {
        StringBuilder text = new StringBuilder();
        Deque<VersionRef> open = new ArrayDeque<>(List.of(root));
        Map<VersionRef, Integer> depth = new TreeMap<>(Map.of(root, 0));
        while (!open.isEmpty()) {
            VersionRef next = open.pop();
            ModelVersion version = versions.get(next);
            int deep = depth.getOrDefault(next, 0);
            text.append("  ".repeat(deep)).append(next);
            if (version != null) {
                text.append(" (").append(version.stage()).append(')');
                text.append(version.derivation().isEmpty() ? "" : " " + version.derivation());
            }
            text.append('\n');
            List<ModelVersion> children = children(next);
            for (int i = children.size() - 1; i >= 0; i--) {
                depth.put(children.get(i).ref(), deep + 1);
                open.push(children.get(i).ref());
            }
        }
        return text.toString();
    }
}
