package io.edgeai.core.registry;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.StorageException;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.oci.OciDescriptor;
import io.edgeai.core.oci.OciLayoutReader;
import io.edgeai.core.oci.OciLayoutWriter;
import io.edgeai.core.oci.OciManifest;
import io.edgeai.core.store.Blob;
import io.edgeai.core.store.BlobLimits;
import io.edgeai.core.store.StagedBlob;
import io.edgeai.core.store.Stager;
import io.edgeai.core.store.TreeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Versions as an OCI image layout: one manifest a version, whose configuration is the version's record and whose layers are
 * its files as they are, each with its path as the title.
 */
final class OciBundle {
    static final String MODEL = "application/vnd.edgeai.model.v1";
    static final String RECORD = "application/vnd.edgeai.model.record.v1+json";
    static final String FILE = "application/vnd.edgeai.model.file.v1";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PREDEFINED = "org.opencontainers.image.";

    /** What both the layout's grammar of names and the tags of registries allow. */
    private static final Pattern TAG = Pattern.compile("[A-Za-z0-9]+(?:(?:[-._]|--)[A-Za-z0-9]+)*");

    private static final int LONGEST_TAG = 128;

    private final Path place;
    private final BlobLimits limits;

    OciBundle(Path place, BlobLimits limits) {
        this.place = place;
        this.limits = limits;
    }

    void write(List<Entry> entries, Function<Entry, Path> bytes) {
        try (OciLayoutWriter out = OciLayoutWriter.open(place)) {
            for (Entry entry : entries) {
                List<OciDescriptor> layers = layers(out, entry, bytes.apply(entry));
                OciDescriptor config = out.put(RECORD, JSON.writeValueAsBytes(VersionRecord.write(entry)));
                out.add(new OciManifest(MODEL, config, layers, annotations(entry.version())), tag(entry.ref()));
            }
            out.finish();
        } catch (IOException e) {
            throw new StorageException("Cannot export to (" + place + "): " + e + ". Maybe the disk is full.", e);
        }
    }

    private static List<OciDescriptor> layers(OciLayoutWriter out, Entry entry, Path root) throws IOException {
        if (!entry.tree()) {
            return List.of(out.put(FILE, root)
                    .with(OciDescriptor.TITLE, entry.ref().model().name()));
        }
        List<OciDescriptor> layers = new ArrayList<>();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile).sorted()::iterator) {
                String path = root.relativize(file).toString().replace('\\', '/');
                layers.add(out.put(FILE, file).with(OciDescriptor.TITLE, path));
            }
        }
        return layers;
    }

    private static Map<String, String> annotations(ModelVersion version) {
        return Map.of(
                PREDEFINED + "title", version.model().name(),
                PREDEFINED + "version", Integer.toString(version.number()),
                PREDEFINED + "created", version.registeredAt().toString());
    }

    /** E.g. {@code defects-2}; empty where the model's name makes none. */
    private static String tag(VersionRef ref) {
        String tag = ref.model() + "-" + ref.number();
        return tag.length() <= LONGEST_TAG && TAG.matcher(tag).matches() ? tag : "";
    }

    /** Reads the records of all models in it and stages their bytes; other artifacts are passed over. */
    Arrivals open(Stager stager) {
        Arrivals arrivals = new Arrivals(place);
        boolean ready = false;
        try (OciLayoutReader in = OciLayoutReader.open(place)) {
            List<OciManifest> models = models(in);
            if (models.isEmpty()) {
                throw new IOException("it has no manifest of type " + MODEL);
            }
            models.forEach(model -> requireWithinLimits(in, model));
            for (OciManifest model : models) {
                Entry entry = VersionRecord.read(JSON.readTree(in.document(model.config())));
                arrivals.add(entry, blob -> stage(in, stager, model, blob));
            }
            ready = true;
            return arrivals;
        } catch (IOException e) {
            throw arrivals.damaged(String.valueOf(e.getMessage()), e);
        } finally {
            if (!ready) {
                arrivals.close();
            }
        }
    }

    private List<OciManifest> models(OciLayoutReader in) {
        return in.manifests().stream()
                .filter(descriptor -> descriptor.mediaType().equals(OciManifest.MEDIA_TYPE))
                .map(descriptor -> in.manifest(descriptor, limits.maxFiles()))
                .filter(manifest -> manifest.artifactType().equals(MODEL)
                        && manifest.config().mediaType().equals(RECORD))
                .toList();
    }

    /** All is there, and none of it too much, before the first byte is copied. */
    private void requireWithinLimits(OciLayoutReader in, OciManifest model) {
        in.requireThere(List.of(model.config()));
        in.requireThere(model.layers());
        long left = limits.maxBytes();
        for (OciDescriptor layer : model.layers()) {
            left -= Math.min(left + 1, layer.size());
            if (left < 0) {
                throw new InvalidInputException("A model in (" + place + ") has more than (" + limits.maxBytes()
                        + ") bytes. Maybe raise BlobLimits.maxBytes.");
            }
        }
    }

    private static StagedBlob stage(OciLayoutReader in, Stager stager, OciManifest model, Blob blob) {
        if (!blob.tree()) {
            return stager.stage(file(in, model.layers().get(0)), Progress.NONE);
        }
        return stager.stageTree(
                model.layers().stream().map(layer -> file(in, layer)).toList(), Progress.NONE);
    }

    private static TreeFile file(OciLayoutReader in, OciDescriptor layer) {
        return new TreeFile(
                layer.annotations().getOrDefault(OciDescriptor.TITLE, ""), layer.size(), () -> in.open(layer));
    }
}
