"""English words that belong to a question about a shop and seldom to a product's name."""

from __future__ import annotations

_TALK = frozenset(
    """a about above across add actually after again ago ahead all alone along also altogether always am an and
    answer any anybody anyone anything are around as ask asked asking at average away back bad be because
    been before behind being believe best better between big biggest both brief bring brought but buy buyer
    buyers by call can cause caused change changed changes changing check cheers clearly client clients
    climb climber climbers climbing come comes coming comment comments compare compared comparison complain
    complaining complaints complaint completely could count coverage customer customers daily data date
    dates day days decline declining delivery demand did different dip dips direction do does doing done
    down drag dragged drive driven driving drop dropped dropping during each earn earned either else end
    enough estimate ever every everybody everyone everything exactly expect expected explain explanation
    fall falling fallen fast faster fastest feedback feel fell few figure figures find first five flying
    follow following for forcast forecast four fortnight from full further gain gaining general get gets
    getting give go goes going gone good got great gripe gripes grow growing growth guess had happen
    happened happening happy has hate hated have he hello help her here hey hi high higher highest him his
    holding honest how hows however i idea if in incl including increase increased increasing into inventory
    is isn isnt it item items its just keep keeps kind know lately last later latest lead leader least left
    less let lets like liked likely list little ll long look looking looks lose losing lot lots love loved
    low lower lowest make makes making many march may maybe me mean mention mentioned mentions money month
    months more most move moved movement mover movers moving much must my name near need needed needs
    negative never new next no not nothing now number numbers of off often ok okay on once one only open
    opinion opinions or order ordered ordering orders other our out outlook over overall own owner owners
    past peak people per percent perform performance performing period pick picked picking piece pieces
    please pls plus popular positive possible praise predict predicted prediction previous probably problem
    problems product products project projected projection
    projections pull pulled push pushed put quarter quick quickly quite rate
    rated rating ratings re read ready really reason reasons recent recently recommend refund refunds
    remaining reorder replenish report rest restock return returned returns revenue review reviewed
    reviews right rise risen riser risers rising rose rough roughly run running runs s said sale sales same
    satisfied say saying says second see seem seems seen sell seller sellers selling sells send separately
    shall she shelf shift shifted shipment shop should show since sinking situation slow slowed slower
    slowing slows so sold some somebody someone something soon sorry speed stall star stars start started
    still stock stocks stop stopped store storewide sudden suddenly sum summarise summarize summary supplier
    suppliers supply sure t take taken takes taking takings tell ten than thank thanks that thats the their
    them then there these they thing things think thinks this those though three through till time times to
    today together tomorrow top total totals trade trend trending trends turn turnover two u under unhappy
    unit units until up update upon us use used usual usually value ve versus very via volume want wanted
    wants was way we week weekend weekends weekly weeks well went were what whats when where whether which
    while who whole whose why will winner with within without wonder word words work worse worst worth would
    write wrong year years yes yesterday yet you your written rather aren doesn don didn won hasn haven wasn
    weren wait waiting couldn wouldn shouldn wondering mine bit january february april june july august september october
    november december jan feb mar apr jun jul aug sep sept oct nov dec monday tuesday wednesday thursday
    friday saturday sunday mon tue wed thu fri sat sun early mid late christmas easter days' room""".split()
)


def is_talk(word: str) -> bool:
    """Whether an English word belongs to the question and not to a name; "isn't" does as "isn" does."""
    return word.partition("'")[0] in _TALK
