"""Every kind of page there is, with the address that shows it in a `varied` shop."""

PAGES = {
    "home": "/",
    "the beats": "/beats/",
    "filtered beats": "/beats/?genre=2&genre=5&sort=popular&page=2",
    "no beat fits": "/beats/?genre=2&producer=999999",
    "beyond the last page": "/beats/?page=99",
    "a beat": "/beats/253/",
    "a beat without facts": "/beats/252/",
    "the genres": "/genres/",
    "a genre": "/genres/2/",
    "the producers": "/producers/",
    "producers by name": "/producers/?q=a&sort=name",
    "no such producer": "/producers/?q=zzz",
    "a producer": "/producers/5021/",
    "a check of a catalogue": "/producers/5001/-/check/",
    "a search": "/search/?q=piano",
    "a misspelt search": "/search/?q=harmatan",
    "a search for nothing": "/search/",
    "a search that finds nothing": "/search/?q=xqzwvvy+nairobi",
    "a tape": "/tape/?b=12,45,252,9,999999",
    "an empty tape": "/tape/",
    "no such page": "/nowhere/",
    "a beat no longer sold": "/beats/7/",
}
# And in other words, or without a connection.
OTHERS = {
    "no connection": "/offline/",
    "French beats": "/fr/beats/?genre=2",
    "a Portuguese producer": "/pt/producers/5021/",
    "a Swahili beat": "/sw/beats/253/",
}
# Complaints of the browser that belong to some of them.
STATUSES = ("404", "410", "503")

# Of somebody who has not signed in, and of somebody who has.
ENTRANCE_PAGES = {
    "sign-in": "/account/login/",
    "sign-up": "/account/signup/",
    "a forgotten password": "/account/password/reset/",
    "a mail on its way": "/account/password/reset/done/",
    "a used-up link": "/account/password/reset/key/1-x-y/",
    "a closed account": "/account/inactive/",
    "a deleted account": "/account/deleted/",
}
ACCOUNT_PAGES = {
    "the account": "/account/",
    "the address": "/account/email/",
    "the password": "/account/password/change/",
    "the second factor": "/account/2fa/",
    "an app": "/account/2fa/totp/activate/",
    "recovery codes": "/account/2fa/recovery-codes/",
    "new recovery codes": "/account/2fa/recovery-codes/generate/",
    "passkeys": "/account/2fa/webauthn/",
    "a new passkey": "/account/2fa/webauthn/add/",
    "the devices": "/account/sessions/",
    "is it you": "/account/reauthenticate/",
    "signing out": "/account/logout/",
    "deletion": "/account/delete/",
}
