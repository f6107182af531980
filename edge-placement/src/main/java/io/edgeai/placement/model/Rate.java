package io.edgeai.placement.model;

/** What can change by the hour. */
public enum Rate {
    /** Price of a whole node for an hour. */
    NODE_HOUR,
    /** Price of a reserved core for an hour. */
    CORE_HOUR,
    /** Price of a reserved accelerator for an hour. */
    ACCELERATOR_HOUR,
    /** Price of a kilowatt-hour of what replicas draw. */
    KILOWATT_HOUR,
    /** Carbon of a kilowatt-hour, in grams of CO₂. */
    CARBON
}
