package io.edgeai.federated.transport;

/** Why a coordinator does not take a participant. */
public enum RefusalReason {
    /** Something that this version does not know. */
    OTHER,
    /** Its name is not that of its certificate, or nobody has enrolled it. */
    NOT_ENROLLED,
    /** It speaks no version of the protocol that the coordinator speaks. */
    PROTOCOL_VERSION,
    /** The rounds need something that it cannot do, e.g. a codec or secure sums. */
    ABILITY,
    /** There are as many participants as may ever come. */
    FULL,
    /** It sent what the protocol does not allow. */
    MISBEHAVIOUR
}
