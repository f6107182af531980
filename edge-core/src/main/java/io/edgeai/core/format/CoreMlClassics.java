package io.edgeai.core.format;

import static io.edgeai.core.format.ProtoFields.LENGTH;
import static io.edgeai.core.format.ProtoFields.VARINT;

/**
 * The learned numbers of Core ML's models that are no networks; field numbers are those of GLMRegressor.proto,
 * GLMClassifier.proto, SVM.proto, TreeEnsemble.proto, NearestNeighbors.proto, Scaler.proto and DictVectorizer.proto.
 */
final class CoreMlClassics {
    private static final int DOUBLE = 8;

    private final Findings findings;

    CoreMlClassics(Findings findings) {
        this.findings = findings;
    }

    /** Whether that type of model is one whose numbers are known, or that has none. */
    boolean read(int type, ProtoFields model) {
        switch (type) {
            case 300, 400 -> linear(model);
            case 301 -> supportVectors(model, 2, 3, 4, 5);
            case 401 -> supportVectors(model, 3, 4, 5, 6);
            case 302, 402 -> trees(model);
            case 404 -> neighbors(model);
            case 603 -> vocabulary(model);
            case 604 -> {
                while (model.next()) {
                    doubles(model.number() <= 2 ? model.fixed(DOUBLE) : 0);
                }
            }
            case 600, 601, 602, 606, 607, 609, 610, 900 -> findings.weight(0, 0); // they reorder, fill in and rescale
            default -> {
                return false;
            }
        }
        return true;
    }

    private void doubles(long n) {
        findings.weight(n, n * DOUBLE);
    }

    private void linear(ProtoFields model) {
        while (model.next()) {
            if (model.is(1, LENGTH)) {
                repeated(model.enter(), 1);
            } else if (model.number() == 2) {
                doubles(model.fixed(DOUBLE));
            }
        }
    }

    private void repeated(ProtoFields message, int field) {
        while (message.next()) {
            doubles(message.number() == field ? message.fixed(DOUBLE) : 0);
        }
    }

    private void supportVectors(ProtoFields model, int sparse, int dense, int coefficients, int rho) {
        long vectors = 0;
        while (model.next()) {
            int number = model.number();
            if (number == sparse || number == dense) {
                ProtoFields list = model.enter();
                while (list.next()) {
                    if (list.is(1, LENGTH)) {
                        vectors++;
                        if (number == dense) {
                            repeated(list.enter(), 1);
                        } else {
                            sparse(list.enter());
                        }
                    }
                }
            } else if (number == coefficients && model.wire() == LENGTH) {
                repeated(model.enter(), 1);
            } else if (number == rho) {
                doubles(model.fixed(DOUBLE));
            }
        }
        findings.note("support vectors", Long.toString(vectors));
    }

    private void sparse(ProtoFields vector) {
        while (vector.next()) {
            doubles(vector.is(1, LENGTH) ? 1 : 0); // a node holds an index and a value
        }
    }

    /** Counts a threshold a branch and a value a leaf and output. */
    private void trees(ProtoFields model) {
        long trees = 0;
        long nodes = 0;
        long last = -1;
        while (model.next()) {
            if (!model.is(1, LENGTH)) {
                continue;
            }
            ProtoFields ensemble = model.enter();
            while (ensemble.next()) {
                if (ensemble.is(1, LENGTH)) {
                    nodes++;
                    long tree = node(ensemble.enter());
                    trees += tree == last ? 0 : 1; // nodes of a tree stand together
                    last = tree;
                } else if (ensemble.number() == 3) {
                    doubles(ensemble.fixed(DOUBLE));
                }
            }
        }
        findings.weight(0, 0);
        findings.note("trees", trees > 0 ? Long.toString(trees) : "");
        findings.note("tree nodes", nodes > 0 ? Long.toString(nodes) : "");
    }

    private long node(ProtoFields node) {
        long tree = 0;
        while (node.next()) {
            if (node.is(1, VARINT)) {
                tree = node.value();
            } else if (node.is(11, ProtoFields.FIXED64) || node.is(20, LENGTH)) {
                doubles(1);
            }
        }
        return tree;
    }

    private void neighbors(ProtoFields model) {
        long samples = 0;
        while (model.next()) {
            if (!model.is(1, LENGTH)) {
                continue;
            }
            ProtoFields index = model.enter();
            while (index.next()) {
                if (index.is(2, LENGTH)) {
                    samples++;
                    ProtoFields vector = index.enter();
                    while (vector.next()) {
                        long n = vector.number() == 1 ? vector.fixed(4) : 0;
                        findings.weight(n, 4 * n);
                    }
                }
            }
        }
        findings.note("samples", Long.toString(samples));
    }

    private void vocabulary(ProtoFields model) {
        long words = 0;
        while (model.next()) {
            if (model.is(1, LENGTH)) {
                ProtoFields list = model.enter();
                while (list.next()) {
                    words += list.is(1, LENGTH) ? 1 : 0;
                }
            }
        }
        findings.weight(0, 0);
        findings.note("vocabulary", words > 0 ? words + " words" : "");
    }
}
