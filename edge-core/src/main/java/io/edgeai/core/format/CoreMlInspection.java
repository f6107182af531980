package io.edgeai.core.format;

import static io.edgeai.core.format.ProtoFields.LENGTH;
import static io.edgeai.core.format.ProtoFields.VARINT;

import io.edgeai.core.model.Signature;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A Core ML model: type, features, layers and weights, through pipelines of any depth that occurs. Field numbers are
 * those of Model.proto of coremltools.
 */
final class CoreMlInspection {
    private static final int LONGEST = 256;
    private static final int DEEPEST = 16;
    private static final int MOST_LABELS = 20;
    private static final Set<Integer> NETWORKS = Set.of(303, 403, 500);
    private static final String TOOLS = "com.github.apple.coremltools.version";

    private final Findings findings;
    private final CoreMlFeatures inputs;
    private final CoreMlFeatures outputs;
    private final Set<String> uncounted = new TreeSet<>();

    private CoreMlInspection(Findings findings) {
        this.findings = findings;
        this.inputs = new CoreMlFeatures(findings, "inputs", "input");
        this.outputs = new CoreMlFeatures(findings, "outputs", "output");
    }

    static void inspect(FileView file, Findings findings) {
        CoreMlInspection inspection = new CoreMlInspection(findings);
        inspection.model(ProtoFields.of(file), 0);
        if (!inspection.inputs.specs().isEmpty() || !inspection.outputs.specs().isEmpty()) {
            findings.signature(new Signature(inspection.inputs.specs(), inspection.outputs.specs()));
        } else if (inspection.inputs.others() || inspection.outputs.others()) {
            findings.noSignature("No input or output is a tensor; the metadata say what they are.");
        }
        if (!inspection.uncounted.isEmpty()) {
            findings.warn("What models of the types " + inspection.uncounted + " have learned is not counted.");
        }
    }

    private void model(ProtoFields model, int depth) {
        if (depth > DEEPEST) {
            return;
        }
        while (model.next()) {
            if (model.is(1, VARINT) && depth == 0) {
                findings.formatVersion("specification " + model.value());
            } else if (model.is(2, LENGTH) && depth == 0) {
                description(model.enter());
            } else if (model.is(10, VARINT) && model.value() != 0) {
                findings.note("updatable", "on the device");
            } else if (model.number() >= 200 && model.wire() == LENGTH) {
                String type = CoreMlNames.type(model.number());
                if (depth == 0) {
                    findings.note("type", type);
                } else {
                    findings.operator(type);
                }
                content(model, depth);
            }
        }
    }

    private void content(ProtoFields model, int depth) {
        int type = model.number();
        if (type == 200 || type == 201) {
            ProtoFields content = model.enter();
            while (content.next()) {
                if (content.is(1, LENGTH)) {
                    pipeline(content.enter(), depth);
                }
            }
        } else if (type == 202) {
            pipeline(model.enter(), depth);
        } else if (NETWORKS.contains(type)) {
            findings.weight(0, 0);
            new CoreMlNetwork(findings).read(model.enter());
            labels(model.enter());
        } else if (type == 502) {
            new CoreMlProgram(findings).read(model.enter());
        } else if (new CoreMlClassics(findings).read(type, model.enter())) {
            if (depth == 0) {
                findings.operator(CoreMlNames.type(type));
            }
            labels(model.enter());
        } else {
            uncounted.add(CoreMlNames.type(type));
        }
    }

    private void pipeline(ProtoFields pipeline, int depth) {
        while (pipeline.next()) {
            if (pipeline.is(1, LENGTH)) {
                model(pipeline.enter(), depth + 1);
            }
        }
    }

    /** Classifiers keep their labels in the fields 100 and 101, each a list. */
    private void labels(ProtoFields classifier) {
        while (classifier.next()) {
            if (!classifier.is(100, LENGTH) && !classifier.is(101, LENGTH)) {
                continue;
            }
            boolean texts = classifier.number() == 100;
            List<String> labels = new ArrayList<>();
            long count = 0;
            ProtoFields list = classifier.enter();
            while (list.next()) {
                if (list.is(1, LENGTH) && !texts) {
                    if (labels.size() < MOST_LABELS) {
                        list.packed().forEach(label -> labels.add(label.toString()));
                    }
                    count += list.packedCount();
                } else if (list.number() == 1) {
                    count++;
                    if (labels.size() < MOST_LABELS) {
                        labels.add(texts ? list.text(LONGEST) : Long.toString(list.value()));
                    }
                }
            }
            List<String> shown = labels.subList(0, Math.min(MOST_LABELS, labels.size()));
            long more = count - shown.size();
            findings.note("classes", String.join(",", shown) + (more > 0 ? " and " + more + " more" : ""));
        }
    }

    private void description(ProtoFields description) {
        while (description.next()) {
            if (description.wire() != LENGTH) {
                continue;
            }
            switch (description.number()) {
                case 1 -> inputs.add(description.enter());
                case 10 -> outputs.add(description.enter());
                case 11 -> findings.note("predicted feature", description.text(LONGEST));
                case 12 -> findings.note("probabilities", description.text(LONGEST));
                case 100 -> metadata(description.enter());
                default -> {} // what training on the device needs
            }
        }
    }

    private void metadata(ProtoFields metadata) {
        while (metadata.next()) {
            switch (metadata.number()) {
                case 1 -> findings.note("description", metadata.text(LONGEST));
                case 2 -> findings.note("version", metadata.text(LONGEST));
                case 3 -> findings.note("author", metadata.text(LONGEST));
                case 4 -> findings.note("license", metadata.text(LONGEST));
                case 100 -> userDefined(metadata.enter());
                default -> {} // unknown
            }
        }
    }

    private void userDefined(ProtoFields entry) {
        String key = "";
        String value = "";
        while (entry.next()) {
            if (entry.is(1, LENGTH)) {
                key = entry.text(LONGEST);
            } else if (entry.is(2, LENGTH)) {
                value = entry.text(LONGEST);
            }
        }
        findings.note(key, value);
        if (key.equals(TOOLS) || key.equals("coremltoolsVersion")) {
            findings.producer("coremltools " + value);
        }
    }
}
