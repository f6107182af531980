package io.edgeai.core.registry;

import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.ModelIntegrityException;
import io.edgeai.core.model.Digest;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.ModelId;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Stage;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.model.WorkloadType;
import java.time.DateTimeException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A model's versions as the texts whose digests the audit holds, in the order of {@link Entry#record()}; they become objects
 * when somebody asks for the model.
 */
final class ModelTexts {
    private final String model;
    private final byte[] bytes;
    private final int[] ends;

    /**
     * @param bytes one version behind the other
     * @param ends where each ends
     */
    ModelTexts(String model, byte[] bytes, int[] ends) {
        this.model = model;
        this.bytes = bytes;
        this.ends = ends;
    }

    /** @throws ModelIntegrityException where a text is none that this version of the library knows */
    SortedMap<Integer, Entry> entries() {
        SortedMap<Integer, Entry> entries = new TreeMap<>();
        int begin = 0;
        try {
            Reader reader = new Reader(new ModelId(model), new FieldReader(bytes));
            for (int end : ends) {
                Entry entry = reader.entry(begin, end);
                entries.put(entry.ref().number(), entry);
                begin = end;
            }
        } catch (EdgeException | IllegalArgumentException | DateTimeException e) {
            throw new ModelIntegrityException(
                    "Records of model (" + model + ") cannot be read: " + e.getMessage()
                            + ". Maybe a newer version of the library wrote them.",
                    e);
        }
        return entries;
    }

    /** Reads version by version; what many of them have alike is kept once. */
    private static final class Reader {
        private final ModelId model;
        private final FieldReader fields;
        private final FieldReader.Known format = new FieldReader.Known();
        private final FieldReader.Known workload = new FieldReader.Known();
        private final FieldReader.Known file = new FieldReader.Known();
        private final FieldReader.Known signature = new FieldReader.Known();
        private final FieldReader.Known derivation = new FieldReader.Known();
        private final FieldReader.Known base = new FieldReader.Known();
        private final Map<String, Signature> signatures = new HashMap<>();
        private final Map<Map<String, String>, Map<String, String>> sets = new HashMap<>();
        private final Map<Standing, Standing> standings = new HashMap<>();

        Reader(ModelId model, FieldReader fields) {
            this.model = model;
            this.fields = fields;
        }

        Entry entry(int begin, int end) {
            VersionRef ref = new VersionRef(model, fields.at(begin, end).next().number());
            ModelFormat kind = ModelFormat.valueOf(fields.nextText(format));
            WorkloadType work = WorkloadType.valueOf(fields.nextText(workload));
            Digest digest = new Digest(fields.nextText());
            boolean tree = fields.nextLong() != 0;
            String opened = fields.nextText(file);
            long size = fields.nextLong();
            Signature signed = signatures.computeIfAbsent(fields.nextText(signature), SignatureJson::read);
            String parent = fields.nextText();
            String derived = fields.nextText(derivation);
            String registered = fields.nextText();
            Stage stage = Stage.valueOf(fields.nextText(base));
            Map<String, String> tags = tags();
            Standing standing = standing(stage);
            ModelVersion version = new ModelVersion(
                    ref,
                    kind,
                    work,
                    digest,
                    size,
                    signed,
                    parent.isEmpty() ? Optional.empty() : Optional.of(VersionRef.parse(parent)),
                    derived,
                    standing.in(EdgeModelRegistry.DEFAULT_ENVIRONMENT),
                    Moments.parse(registered),
                    tags);
            return new Entry(version, tree, opened, standing);
        }

        private Map<String, String> tags() {
            long count = fields.nextLong();
            Map<String, String> tags = new HashMap<>();
            for (long i = 0; i < count; i++) {
                tags.put(fields.nextText(), fields.nextText());
            }
            return sets.computeIfAbsent(tags, Map::copyOf);
        }

        private Standing standing(Stage stage) {
            SortedMap<String, Deployment> deployments = new TreeMap<>();
            long count = fields.nextLong();
            for (long i = 0; i < count; i++) {
                String environment = fields.nextText();
                Stage there = Stage.valueOf(fields.nextText());
                int percent = (int) fields.nextLong();
                boolean frozen = fields.nextLong() != 0;
                deployments.put(environment, new Deployment(environment, there, percent, frozen, fields.nextLong()));
            }
            SortedSet<String> aliases = new TreeSet<>();
            while (fields.more()) {
                aliases.add(fields.nextText());
            }
            Standing standing = new Standing(stage, deployments, aliases);
            return deployments.isEmpty() && aliases.isEmpty()
                    ? standings.computeIfAbsent(standing, same -> same)
                    : standing;
        }
    }
}
